namespace SparseAudio.Codec.Format;

/// <summary>
/// The events of a code file, written and read one by one: first the contexts, where the header lists them, then the events
/// in order. Where contexts are inferred, the level of a segment follows its first event.
/// </summary>
internal sealed class EventStream
{
    private static readonly SoundEvent _beforeTheFirst = new(-1, 0, 0);
    private readonly CodeHeader _header;
    private readonly EventCoder _coder;

    private EventStream(CodeHeader header)
    {
        _header = header;
        _coder = new EventCoder(header);
    }

    private bool Lists => _header.Contexts > 0;

    /// <summary>Codes events in order, and their contexts where <paramref name="header"/> lists them; returns how many bytes they take.</summary>
    public static long Write(Stream output, CodeHeader header, IEnumerable<SoundContext> contexts, IEnumerable<EventInContext> events)
    {
        var encoder = new RangeEncoder(output);
        new EventStream(header).Write(encoder, contexts, events);
        encoder.Finish();
        return encoder.Length;
    }

    /// <summary>
    /// Reads the events that <paramref name="header"/> announces, in order, holding the listed contexts, or the events of one
    /// segment where its context is inferred from them. A context that is new gets the next index.
    /// </summary>
    /// <exception cref="FormatException">The events do not fit the header or are not in order.</exception>
    /// <exception cref="ArgumentException">An event is not one that a code can have.</exception>
    /// <exception cref="EndOfStreamException">The events end too early.</exception>
    public static IEnumerable<EventInContext> Read(CodeHeader header, CodePayload payload)
    {
        var decoder = new RangeDecoder(payload);
        var stream = new EventStream(header);
        return stream.Lists ? stream.ReadListed(decoder) : stream.ReadInferred(decoder);
    }

    private void Write(RangeEncoder encoder, IEnumerable<SoundContext> contexts, IEnumerable<EventInContext> events)
    {
        if (Lists)
        {
            foreach (var context in contexts) _coder.WriteContext(encoder, context);
        }

        var before = _beforeTheFirst;
        foreach (var (item, context) in events)
        {
            _coder.WriteEvent(encoder, item, item.Frame - Math.Max(0, before.Frame));
            if (HasLevelAfter(item, before)) _coder.WriteLevel(encoder, context.Level);
            before = item;
        }
    }

    private IEnumerable<EventInContext> ReadListed(RangeDecoder decoder)
    {
        var contexts = new List<SoundContext>();
        for (var i = 0; i < _header.Contexts; i++) contexts.Add(_coder.ReadContext(decoder));
        var used = 0;
        foreach (var (item, _) in ReadEvents(decoder))
        {
            if (item.Context > used || item.Context >= contexts.Count)
                throw new FormatException($"an event at frame {item.Frame} names context {item.Context} when {used} of {contexts.Count} are in use");
            if (item.Context == used) used++;
            yield return new EventInContext(item, contexts[item.Context]);
        }
    }

    private IEnumerable<EventInContext> ReadInferred(RangeDecoder decoder)
    {
        using var events = ReadEvents(decoder).GetEnumerator();
        var segment = new List<SoundEvent>();
        var more = events.MoveNext();
        for (var number = 0; more; number++)
        {
            var level = events.Current.Level!.Value;
            segment.Clear();
            do
            {
                segment.Add(events.Current.Event with { Context = number });
                more = events.MoveNext();
            }
            while (more && events.Current.Level is null);

            var context = SoundContext.Of(segment, level);
            foreach (var item in segment) yield return new EventInContext(item, context);
        }
    }

    private IEnumerable<(SoundEvent Event, float? Level)> ReadEvents(RangeDecoder decoder)
    {
        var rules = new CodeRules(_header.Layout, _header.Layout.FramesOf(_header.Length));
        var before = _beforeTheFirst;
        for (var i = 0; i < _header.Events; i++)
        {
            var item = _coder.ReadEvent(decoder, Math.Max(0, before.Frame));
            rules.Check(item);
            if (item.Frame == before.Frame && item.Channel < before.Channel) throw new FormatException($"its events at frame {item.Frame} are not in order");
            yield return (item, HasLevelAfter(item, before) ? _coder.ReadLevel(decoder) : null);
            before = item;
        }

        if (!decoder.AtEnd) throw new FormatException("bytes are left over after its last event");
    }

    private bool HasLevelAfter(SoundEvent item, SoundEvent before) =>
        !Lists && (before.Frame < 0 || _header.Layout.SegmentOf(item) != _header.Layout.SegmentOf(before));
}
