using System.Collections.Immutable;

namespace SparseAudio.Codec.Format;

/// <summary>
/// The events of a code file as adaptively coded decisions, written and read one by one with the same steps: first the contexts,
/// where the header lists them, then the events in order. Where contexts are inferred, the level of a segment follows its first
/// event.
/// </summary>
internal sealed class EventStream(CodeHeader header)
{
    private static readonly SoundEvent _beforeTheFirst = new(-1, 0, 0);
    private readonly GapCoder _frameGap = new();
    private readonly SymbolCoder _channel = new(SymbolCoder.BitsFor(header.Layout.Channels));
    private readonly NumberCoder _amplitude = new(header.Amplitudes);
    private readonly NumberCoder? _gain = NumberCoder.For(header.Gains);
    private readonly ContextIndexCoder _contextIndex = new();
    private readonly VectorCoder _details = new(header.Details);
    private readonly VectorCoder _numbers = new(header.Numbers);
    private readonly GapCoder _contextSize = new();
    private readonly GapCoder _contextGap = new();
    private readonly NumberCoder? _amount = NumberCoder.For(header.Amounts);
    private readonly NumberCoder? _level = NumberCoder.For(header.Levels);

    private bool ListsContexts => header.Contexts > 0;

    /// <summary>Writes events in order, and their contexts where <paramref name="header"/> lists them; returns how many bytes they take.</summary>
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
        return stream.ListsContexts ? stream.ReadListed(decoder) : stream.ReadInferred(decoder);
    }

    private void Write(RangeEncoder encoder, IEnumerable<SoundContext> contexts, IEnumerable<EventInContext> events)
    {
        if (ListsContexts)
        {
            foreach (var context in contexts) WriteContext(encoder, context);
        }

        var before = _beforeTheFirst;
        foreach (var (item, context) in events)
        {
            _frameGap.Encode(encoder, (uint)(item.Frame - Math.Max(0, before.Frame)));
            _channel.Encode(encoder, (uint)item.Channel);
            _amplitude.Encode(encoder, item.Amplitude);
            _gain?.Encode(encoder, item.Gain);
            if (ListsContexts) _contextIndex.Encode(encoder, item.Context);
            _details.Encode(encoder, item.Details);
            if (HasLevelAfter(item, before)) _level?.Encode(encoder, context.Level);
            before = item;
        }
    }

    private void WriteContext(RangeEncoder encoder, SoundContext context)
    {
        _level?.Encode(encoder, context.Level);
        if (header.Numbers is not null)
        {
            _numbers.Encode(encoder, context.Numbers);
            return;
        }

        _contextSize.Encode(encoder, (uint)context.Channels.Length);
        for (var i = 0; i < context.Channels.Length; i++)
        {
            _contextGap.Encode(encoder, (uint)(context.Channels[i] - (i > 0 ? context.Channels[i - 1] + 1 : 0)));
            _amount!.Encode(encoder, context.Amounts[i]);
        }
    }

    private IEnumerable<EventInContext> ReadListed(RangeDecoder decoder)
    {
        var contexts = new List<SoundContext>();
        for (var i = 0; i < header.Contexts; i++) contexts.Add(ReadContext(decoder));
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
        for (var index = 0; more; index++)
        {
            var level = events.Current.Level!.Value;
            segment.Clear();
            do
            {
                segment.Add(events.Current.Event with { Context = index });
                more = events.MoveNext();
            }
            while (more && events.Current.Level is null);

            var context = SoundContext.Of(segment, level);
            foreach (var item in segment) yield return new EventInContext(item, context);
        }
    }

    private IEnumerable<(SoundEvent Event, float? Level)> ReadEvents(RangeDecoder decoder)
    {
        var rules = new CodeRules(header.Layout, header.Layout.FramesOf(header.Length));
        var before = _beforeTheFirst;
        for (var i = 0; i < header.Events; i++)
        {
            var item = ReadEvent(decoder, Math.Max(0, before.Frame));
            rules.Check(item);
            if (item.Frame == before.Frame && item.Channel < before.Channel)
                throw new FormatException($"its events at frame {item.Frame} are not in order");
            yield return (item, HasLevelAfter(item, before) ? _level?.Decode(decoder) ?? 1 : null);
            before = item;
        }

        if (!decoder.AtEnd) throw new FormatException("bytes are left over after its last event");
    }

    private SoundEvent ReadEvent(RangeDecoder decoder, int after)
    {
        var frame = after + (long)_frameGap.Decode(decoder);
        if (frame * header.Layout.Hop >= header.Length) throw new FormatException($"an event lies at frame {frame}, after the end");
        return new SoundEvent((int)frame, (int)_channel.Decode(decoder), _amplitude.Decode(decoder))
        {
            Gain = _gain?.Decode(decoder) ?? 1,
            Context = ListsContexts ? _contextIndex.Decode(decoder) : 0,
            Details = _details.Decode(decoder),
        };
    }

    private SoundContext ReadContext(RangeDecoder decoder)
    {
        var level = _level?.Decode(decoder) ?? 1;
        if (header.Numbers is not null) return new SoundContext(_numbers.Decode(decoder), level);

        var size = _contextSize.Decode(decoder);
        if (size > header.Layout.Channels) throw new FormatException($"a context has {size} channels of {header.Layout.Channels}");
        var (channels, amounts) = (new List<int>(), new List<float>());
        var channel = -1L;
        for (var i = 0; i < size; i++)
        {
            channel += 1 + (long)_contextGap.Decode(decoder);
            if (channel >= header.Layout.Channels) throw new FormatException($"a context has channel {channel} of {header.Layout.Channels}");
            channels.Add((int)channel);
            amounts.Add(_amount!.Decode(decoder));
        }

        return new SoundContext([.. channels], [.. amounts], level);
    }

    private bool HasLevelAfter(SoundEvent item, SoundEvent before) =>
        !ListsContexts && (before.Frame < 0 || header.Layout.SegmentOf(item) != header.Layout.SegmentOf(before));

    // The numbers of a vector, each with a coder of its own; without quantisers there are none.
    private sealed class VectorCoder(StepQuantizers? quantizers)
    {
        private readonly SymbolCoder[] _levels = [.. Enumerable.Range(0, quantizers?.Count ?? 0).Select(_ => new SymbolCoder(quantizers!.Bits))];

        public void Encode(RangeEncoder encoder, ImmutableArray<float> vector)
        {
            for (var i = 0; i < _levels.Length; i++) _levels[i].Encode(encoder, quantizers!.LevelOf(i, vector[i]));
        }

        public ImmutableArray<float> Decode(RangeDecoder decoder)
        {
            var vector = ImmutableArray.CreateBuilder<float>(_levels.Length);
            for (var i = 0; i < _levels.Length; i++) vector.Add(quantizers!.NumberOf(i, _levels[i].Decode(decoder)));
            return vector.MoveToImmutable();
        }
    }
}
