namespace SparseAudio.Codec.Format;

/// <summary>The layers of a file that tell an event.</summary>
/// <param name="Own">The first one.</param>
/// <param name="Details">The first one that tells its details; an event without details has none.</param>
internal readonly record struct EventLayers(int Own, int Details);

/// <summary>An event, its context, and its layers.</summary>
internal readonly record struct LayeredEvent(EventInContext Item, EventLayers Layers);

/// <summary>The events of a code file in its layers: each layer is written alone; reading goes through all of them at once, by segments.</summary>
internal static class EventStream
{
    /// <summary>Writes a layer; returns how many bytes it takes.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="header">What the file says about itself.</param>
    /// <param name="layer">Which of its layers.</param>
    /// <param name="segments">The segments in which events of the layer begin.</param>
    /// <param name="contexts">The contexts in order of their indices.</param>
    /// <param name="events">All events in order.</param>
    public static long Write(
        Stream output, CodeHeader header, int layer, IReadOnlyList<int> segments, IReadOnlyList<SoundContext> contexts,
        IEnumerable<LayeredEvent> events)
    {
        var encoder = new RangeEncoder(output);
        var stream = new LayerStream(header, layer, encoder);
        if (header.Contexts == ContextCoding.Listed) stream.CodeContexts(contexts);
        var written = 0;
        CodeNext();
        foreach (var (segment, added) in Segments(header, layer, events))
        {
            var isOwn = stream.NextSegment == segment.Index;
            stream.Code(segment, added);
            if (isOwn) CodeNext();
        }

        encoder.Finish();
        return encoder.Length;

        void CodeNext() => stream.CodeNextSegment(written < segments.Count ? segments[written++] : 0);
    }

    /// <summary>
    /// Reads the events of a file's layers in order, with memory for one segment and the contexts that are listed. Where contexts are not
    /// listed, a segment's has its place among the segments as index.
    /// </summary>
    /// <param name="header">What the file says about itself.</param>
    /// <param name="payloads">The layers that there are, from the coarsest on.</param>
    /// <exception cref="FormatException">The events do not fit the header or are not in order.</exception>
    /// <exception cref="ArgumentException">An event is not one that a code can have.</exception>
    /// <exception cref="EndOfStreamException">A layer ends too early.</exception>
    public static IEnumerable<EventInContext> Read(CodeHeader header, IReadOnlyList<CodePayload> payloads)
    {
        List<RangeDecoder> decoders = [.. payloads.Select(payload => new RangeDecoder(payload))];
        List<LayerStream> layers = [.. decoders.Select((decoder, i) => new LayerStream(header, i, decoder))];
        var listed = header.Contexts == ContextCoding.Listed ? layers[0].CodeContexts(null) : null;
        var (numbers, rules) = (new CodedNumbers(header, header.Layers[layers.Count - 1].Precision.Plane),
            new CodeRules(header.Layout, header.Layout.FramesOf(header.Length)));
        var (index, used) = (0, 0);
        foreach (var layer in layers) layer.CodeNextSegment(0);
        while (layers.Min(layer => layer.NextSegment) is { } next)
        {
            if ((long)next * header.Layout.SegmentSamples >= header.Length)
                throw new FormatException($"an event lies in segment {next}, after the end");
            var segment = new CodedSegment(next);
            foreach (var layer in layers)
            {
                var isOwn = layer.NextSegment == next;
                if (!isOwn && segment.Events.Count == 0) continue;
                layer.Code(segment, []);
                if (isOwn) layer.CodeNextSegment(0);
            }

            List<SoundEvent> events = [.. segment.Events.Select(item => numbers.EventOf(item, listed is null ? index : item.Context))];
            foreach (var item in events)
            {
                rules.Check(item);
                if (listed is null) continue;
                if (item.Context > used || item.Context >= listed.Count)
                    throw new FormatException(
                        $"an event at frame {item.Frame} names context {item.Context} when {used} of {listed.Count} are in use");
                if (item.Context == used) used++;
            }

            var context = listed is null ? ContextOf(header, numbers, segment, events) : null;
            foreach (var item in events) yield return new EventInContext(item, context ?? listed![item.Context]);
            index++;
        }

        if (decoders.Any(decoder => !decoder.AtEnd)) throw new FormatException("bytes are left over after its last event");
    }

    private static SoundContext ContextOf(CodeHeader header, CodedNumbers numbers, CodedSegment segment, List<SoundEvent> events)
    {
        var level = numbers.LevelOf(segment.Level);
        if (header.Numbers is null) return SoundContext.Of(events, level);
        var vector = numbers.VectorOf(header.Numbers, segment.Numbers!);
        return new SoundContext(header.CountsEvents ? vector.SetItem(vector.Length - 1, events.Count) : vector, level);
    }

    // By segments, as a layer is to tell them: what earlier layers have told, and its own events.
    private static IEnumerable<(CodedSegment Segment, List<CodedEvent> Added)> Segments(
        CodeHeader header, int layer, IEnumerable<LayeredEvent> events)
    {
        CodedSegment? segment = null;
        var added = new List<CodedEvent>();
        foreach (var ((item, context), layers) in events)
        {
            if (layers.Own > layer) continue;
            var index = header.Layout.SegmentOf(item);
            if (segment is not null && segment.Index != index)
            {
                yield return (segment, added);
                (segment, added) = (null, []);
            }

            segment ??= new CodedSegment(index) { Given = context };
            var coded = new CodedEvent(item.Frame, item.Channel)
            {
                Given = item,
                DetailLayer = item.Details.IsEmpty ? int.MaxValue : layers.Details,
            };
            if (layers.Own == layer)
            {
                added.Add(coded);
                continue;
            }

            coded.IsDetailed = coded.DetailLayer < layer;
            segment.Events.Add(coded);
        }

        if (segment is not null) yield return (segment, added);
    }
}
