using System.Collections.Immutable;

namespace SparseAudio.Codec.Format;

/// <summary>
/// Single events and contexts as adaptively coded decisions, the same steps for writing and reading: gaps between frames,
/// channels (those that came before cost less), levels of amplitudes, and, in edited codes, gains and the index of the context.
/// </summary>
internal sealed class EventCoder
{
    private readonly CodeHeader _header;
    private readonly GapCoder _frameGap = new();
    private readonly SymbolCoder _channel;
    private readonly NumberCoder _amplitude;
    private readonly NumberCoder? _gain;
    private readonly ContextIndexCoder _context = new();
    private readonly SymbolCoder[] _numbers;
    private readonly SymbolCoder[] _details;
    private readonly GapCoder _contextSize = new();
    private readonly GapCoder _contextGap = new();
    private readonly NumberCoder? _amount;
    private readonly NumberCoder? _level;

    public EventCoder(CodeHeader header)
    {
        _header = header;
        _channel = new SymbolCoder(SymbolCoder.BitsFor(header.Layout.Channels));
        _amplitude = new NumberCoder(header.Amplitudes);
        _gain = header.Gains is { } gains ? new NumberCoder(gains) : null;
        _amount = header.Amounts is { } amounts ? new NumberCoder(amounts) : null;
        _level = header.Levels is { } levels ? new NumberCoder(levels) : null;
        _numbers = CodersFor(header.Numbers);
        _details = CodersFor(header.Details);
    }

    public void WriteLevel(RangeEncoder encoder, float level) => _level?.Encode(encoder, level);

    public float ReadLevel(RangeDecoder decoder) => _level?.Decode(decoder) ?? 1;

    public void WriteEvent(RangeEncoder encoder, SoundEvent item, int gap)
    {
        _frameGap.Encode(encoder, (uint)gap);
        _channel.Encode(encoder, (uint)item.Channel);
        _amplitude.Encode(encoder, item.Amplitude);
        _gain?.Encode(encoder, item.Gain);
        if (_header.Contexts > 0) _context.Encode(encoder, item.Context);
        Write(encoder, _details, _header.Details, item.Details);
    }

    public SoundEvent ReadEvent(RangeDecoder decoder, int after)
    {
        var frame = after + (long)_frameGap.Decode(decoder);
        if (frame * _header.Layout.Hop >= _header.Length) throw new FormatException($"an event lies at frame {frame}, after the end");
        var channel = (int)_channel.Decode(decoder);
        var amplitude = _amplitude.Decode(decoder);
        var gain = _gain?.Decode(decoder) ?? 1;
        var context = _header.Contexts > 0 ? _context.Decode(decoder) : 0;
        return new SoundEvent((int)frame, channel, amplitude) { Gain = gain, Context = context, Details = Read(decoder, _details, _header.Details) };
    }

    public void WriteContext(RangeEncoder encoder, SoundContext context)
    {
        WriteLevel(encoder, context.Level);
        if (_numbers.Length > 0)
        {
            Write(encoder, _numbers, _header.Numbers, context.Numbers);
            return;
        }

        _contextSize.Encode(encoder, (uint)context.Channels.Length);
        for (var i = 0; i < context.Channels.Length; i++)
        {
            _contextGap.Encode(encoder, (uint)(context.Channels[i] - (i > 0 ? context.Channels[i - 1] + 1 : 0)));
            _amount!.Encode(encoder, context.Amounts[i]);
        }
    }

    public SoundContext ReadContext(RangeDecoder decoder)
    {
        var level = ReadLevel(decoder);
        if (_numbers.Length > 0) return new SoundContext(Read(decoder, _numbers, _header.Numbers), level);

        var size = _contextSize.Decode(decoder);
        if (size > _header.Layout.Channels) throw new FormatException($"a context has {size} channels of {_header.Layout.Channels}");
        var channels = new List<int>();
        var amounts = new List<float>();
        long channel = -1;
        for (var i = 0; i < size; i++)
        {
            channel += 1 + (long)_contextGap.Decode(decoder);
            if (channel >= _header.Layout.Channels) throw new FormatException($"a context has channel {channel} of {_header.Layout.Channels}");
            channels.Add((int)channel);
            amounts.Add(_amount!.Decode(decoder));
        }

        return new SoundContext([.. channels], [.. amounts], level);
    }

    private static SymbolCoder[] CodersFor(StepQuantizers? quantizers) =>
        [.. Enumerable.Range(0, quantizers?.Count ?? 0).Select(_ => new SymbolCoder(quantizers!.Bits))];

    private static void Write(RangeEncoder encoder, SymbolCoder[] coders, StepQuantizers? quantizers, ImmutableArray<float> numbers)
    {
        for (var i = 0; i < coders.Length; i++) coders[i].Encode(encoder, quantizers!.LevelOf(i, numbers[i]));
    }

    private static ImmutableArray<float> Read(RangeDecoder decoder, SymbolCoder[] coders, StepQuantizers? quantizers)
    {
        var numbers = ImmutableArray.CreateBuilder<float>(coders.Length);
        for (var i = 0; i < coders.Length; i++) numbers.Add(quantizers!.NumberOf(i, coders[i].Decode(decoder)));
        return numbers.MoveToImmutable();
    }
}
