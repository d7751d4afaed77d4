using System.Collections.Immutable;

namespace SparseAudio.Events;

/// <summary>
/// A code's events and contexts as adaptively coded decisions, the same steps for writing and reading: gaps between frames,
/// atoms (those that came before cost less), levels of amplitudes, and, in edited codes, gains and which context.
/// </summary>
internal sealed class EventStream
{
    private readonly CodeHeader _header;
    private readonly GapCoder _frameGap = new();
    private readonly SymbolCoder _atom;
    private readonly NumberCoder _amplitude;
    private readonly NumberCoder? _gain;
    private readonly ContextIndexCoder _context = new();
    private readonly SymbolCoder[] _numbers;
    private readonly SymbolCoder[] _details;
    private readonly GapCoder _contextSize = new();
    private readonly GapCoder _contextGap = new();
    private readonly NumberCoder? _amount;
    private readonly NumberCoder? _level;

    private EventStream(CodeHeader header)
    {
        _header = header;
        _atom = new SymbolCoder(SymbolCoder.BitsFor(header.Layout.Channels));
        _amplitude = new NumberCoder(header.Amplitudes);
        _gain = header.Gains is { } gains ? new NumberCoder(gains) : null;
        _amount = header.Amounts is { } amounts ? new NumberCoder(amounts) : null;
        _level = header.Levels is { } levels ? new NumberCoder(levels) : null;
        _numbers = CodersFor(header.Numbers);
        _details = CodersFor(header.Details);
    }

    /// <summary>Codes the events and contexts of <paramref name="code"/>, whose header is <paramref name="header"/>.</summary>
    public static byte[] Write(SparseCode code, CodeHeader header)
    {
        var encoder = new RangeEncoder();
        var stream = new EventStream(header);
        if (header.Contexts > 0)
        {
            foreach (var context in code.Contexts) stream.WriteContext(encoder, context);
        }

        var before = new SoundEvent(-1, 0, 0);
        foreach (var item in code.Events)
        {
            stream.WriteEvent(encoder, item, item.Frame - Math.Max(0, before.Frame));
            if (stream.BeginsSegment(item, before)) stream._level?.Encode(encoder, code.LevelOf(item));
            before = item;
        }

        return encoder.Finish();
    }

    /// <summary>Reads the code that <paramref name="header"/> announces.</summary>
    /// <exception cref="FormatException">The events do not fit the header.</exception>
    /// <exception cref="EndOfStreamException">The events end too early.</exception>
    public static SparseCode Read(CodeHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Events > header.MostEventsIn(payload.Length))
            throw new FormatException($"it announces {header.Events} events, more than its {payload.Length} bytes can hold");
        var decoder = new RangeDecoder(payload);
        var stream = new EventStream(header);
        var contexts = new List<SoundContext>();
        for (var i = 0; i < header.Contexts; i++) contexts.Add(stream.ReadContext(ref decoder));
        var events = new List<SoundEvent>();
        var levels = new Dictionary<int, float>();
        var before = new SoundEvent(-1, 0, 0);
        for (var i = 0; i < header.Events; i++)
        {
            var item = stream.ReadEvent(ref decoder, Math.Max(0, before.Frame));
            if (stream.BeginsSegment(item, before)) levels[stream.SegmentOf(item)] = stream._level?.Decode(ref decoder) ?? 1;
            events.Add(item);
            before = item;
        }

        if (!decoder.AtEnd) throw new FormatException("bytes are left over after its last event");
        return header.Contexts > 0
            ? new SparseCode(header.Layout, header.Model, header.Length, events, contexts)
            : SparseCode.FromEvents(header.Layout, header.Model, header.Length, events, e => levels[stream.SegmentOf(e)]);
    }

    // Where contexts are derived, a segment's level comes with its first event.
    private bool BeginsSegment(SoundEvent item, SoundEvent before) =>
        _header.Contexts == 0 && (before.Frame < 0 || SegmentOf(item) != SegmentOf(before));

    private int SegmentOf(SoundEvent item) => item.Frame / _header.Layout.SegmentFrames;

    private void WriteEvent(RangeEncoder encoder, SoundEvent item, int gap)
    {
        _frameGap.Encode(encoder, (uint)gap);
        _atom.Encode(encoder, (uint)item.Atom);
        _amplitude.Encode(encoder, item.Amplitude);
        _gain?.Encode(encoder, item.Gain);
        if (_header.Contexts > 0) _context.Encode(encoder, item.Context);
        Write(encoder, _details, _header.Details, item.Details);
    }

    private SoundEvent ReadEvent(ref RangeDecoder decoder, int after)
    {
        var frame = after + (long)_frameGap.Decode(ref decoder);
        if (frame * _header.Layout.Hop >= _header.Length) throw new FormatException($"an event lies at frame {frame}, after the end");
        var atom = (int)_atom.Decode(ref decoder);
        var amplitude = _amplitude.Decode(ref decoder);
        var gain = _gain?.Decode(ref decoder) ?? 1;
        var context = _header.Contexts > 0 ? _context.Decode(ref decoder) : 0;
        return new SoundEvent((int)frame, atom, amplitude) { Gain = gain, Context = context, Details = Read(ref decoder, _details, _header.Details) };
    }

    private static SymbolCoder[] CodersFor(StepQuantizers? quantizers) =>
        [.. Enumerable.Range(0, quantizers?.Count ?? 0).Select(_ => new SymbolCoder(quantizers!.Bits))];

    private static void Write(RangeEncoder encoder, SymbolCoder[] coders, StepQuantizers? quantizers, ImmutableArray<float> numbers)
    {
        for (var i = 0; i < coders.Length; i++) coders[i].Encode(encoder, quantizers!.LevelOf(i, numbers[i]));
    }

    private static ImmutableArray<float> Read(ref RangeDecoder decoder, SymbolCoder[] coders, StepQuantizers? quantizers)
    {
        var numbers = ImmutableArray.CreateBuilder<float>(coders.Length);
        for (var i = 0; i < coders.Length; i++) numbers.Add(quantizers!.NumberOf(i, coders[i].Decode(ref decoder)));
        return numbers.MoveToImmutable();
    }

    private void WriteContext(RangeEncoder encoder, SoundContext context)
    {
        _level?.Encode(encoder, context.Level);
        if (_numbers.Length > 0)
        {
            Write(encoder, _numbers, _header.Numbers, context.Numbers);
            return;
        }

        _contextSize.Encode(encoder, (uint)context.Atoms.Length);
        for (var i = 0; i < context.Atoms.Length; i++)
        {
            _contextGap.Encode(encoder, (uint)(context.Atoms[i] - (i > 0 ? context.Atoms[i - 1] + 1 : 0)));
            _amount!.Encode(encoder, context.Amounts[i]);
        }
    }

    private SoundContext ReadContext(ref RangeDecoder decoder)
    {
        var level = _level?.Decode(ref decoder) ?? 1;
        if (_numbers.Length > 0) return new SoundContext(Read(ref decoder, _numbers, _header.Numbers), level);

        var size = _contextSize.Decode(ref decoder);
        if (size > _header.Layout.Channels) throw new FormatException($"a context has {size} atoms of {_header.Layout.Channels}");
        var atoms = new List<int>();
        var amounts = new List<float>();
        long atom = -1;
        for (var i = 0; i < size; i++)
        {
            atom += 1 + (long)_contextGap.Decode(ref decoder);
            if (atom >= _header.Layout.Channels) throw new FormatException($"a context has atom {atom} of {_header.Layout.Channels}");
            atoms.Add((int)atom);
            amounts.Add(_amount!.Decode(ref decoder));
        }

        return new SoundContext([.. atoms], [.. amounts], level);
    }
}
