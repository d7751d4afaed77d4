namespace SparseAudio.Codec.Format;

/// <summary>
/// A layer of a code file as adaptively coded decisions, written and read by the same steps: segment by segment first finer numbers for what
/// earlier layers told, then its own events. How far the next segment with events of its own is away follows those of the last.
/// </summary>
internal sealed class LayerStream
{
    // Details are conditioned on those of the nearest channel among so many events before.
    private const int Remembered = 32;

    private readonly CodeHeader _header;
    private readonly IRangeCoder _coder;
    private readonly int _layer;
    private readonly GapCoder _segmentGap = new();
    private readonly GapCoder _count = new();
    private readonly GapCoder _firstFrame = new();
    private readonly GapCoder _frameGap = new();
    private readonly SymbolCoder _channel;
    private readonly ContextIndexCoder _contextIndex = new();
    private readonly VectorCoder _amplitude;
    private readonly VectorCoder? _gain;
    private readonly SymbolCoder _hasDetails = new(1);
    private readonly VectorCoder? _details;
    private readonly VectorCoder? _level;
    private readonly VectorCoder? _numbers;
    private readonly Queue<(int Channel, CodedNumber[] Details)> _before = new();
    private CodedNumber[]? _lastAmplitude;
    private CodedNumber[]? _lastLevel;
    private CodedNumber[]? _lastNumbers;
    private int _eventsLeft;

    /// <summary>Begins a layer.</summary>
    /// <param name="header">What the file says about itself.</param>
    /// <param name="layer">Which of its layers.</param>
    /// <param name="coder">Writes or reads.</param>
    public LayerStream(CodeHeader header, int layer, IRangeCoder coder)
    {
        (_header, _layer, _coder, _eventsLeft) = (header, layer, coder, header.Layers[layer].Events);
        var precision = header.Layers[layer].Precision;
        var coarser = layer == 0 ? 0 : header.Layers[layer - 1].Precision.Plane - precision.Plane;
        VectorCoder? For(NumberScales? scales, bool differences = false) =>
            scales is null ? null : new VectorCoder(scales, precision.Plane, coarser, differences);
        _channel = new SymbolCoder(SymbolCoder.BitsFor(header.Layout.Channels));
        (_amplitude, _gain, _details) = (For(header.Amplitudes)!, For(header.Gains), precision.Detailed ? For(header.Details) : null);
        (_level, _numbers) = (For(header.Levels, differences: true), For(header.Numbers, differences: true));
    }

    /// <summary>The next segment that has events of this layer; null when there are none left.</summary>
    public int? NextSegment { get; private set; }

    /// <summary>Codes which segment is the first with events of this layer, or the next after the last one.</summary>
    /// <param name="given">Which, when writing.</param>
    public void CodeNextSegment(int given)
    {
        var from = NextSegment + 1 ?? 0;
        NextSegment = _eventsLeft > 0 ? (int)Math.Min(int.MaxValue, from + (long)_segmentGap.Code(_coder, (uint)(given - from))) : null;
    }

    /// <summary>Codes the contexts of a file that lists them, before its events.</summary>
    /// <param name="given">The contexts, when writing.</param>
    public IReadOnlyList<SoundContext> CodeContexts(IReadOnlyList<SoundContext>? given)
    {
        var (amount, size, gap) = (_header.Amounts is null ? null : new VectorCoder(_header.Amounts, 0, 0), new GapCoder(), new GapCoder());
        var (numbers, contexts) = (new CodedNumbers(_header, 0), new List<SoundContext>());
        for (var i = 0; i < _header.ListedContexts; i++)
        {
            var segment = new CodedSegment(0) { Given = given?[i] };
            CodeContext(segment);
            var level = numbers.LevelOf(segment.Level);
            contexts.Add(amount is null
                ? new SoundContext(numbers.VectorOf(_header.Numbers!, segment.Numbers!), level)
                : CodeSums(amount, size, gap, segment.Given, level));
        }

        return contexts;
    }

    /// <summary>Codes what this layer tells of a segment: all that is known of it becomes finer, and its own events are added.</summary>
    /// <param name="segment">What earlier layers told.</param>
    /// <param name="added">The layer's own events of the segment, when writing; empty where it has none.</param>
    public void Code(CodedSegment segment, IReadOnlyList<CodedEvent> added)
    {
        var known = segment.Events.Count;
        if (_header.Contexts != ContextCoding.Listed) CodeContext(segment);
        foreach (var item in segment.Events) CodeFiner(item);
        if (NextSegment != segment.Index) return;
        var count = 1 + (int)_count.Code(_coder, (uint)(added.Count - 1));
        if (count > _eventsLeft || known + (long)count > CodeRules.MostEventsInSegment)
            throw new FormatException($"it has {count} more events in segment {segment.Index}, which is too many");
        _eventsLeft -= count;
        var last = new CodedEvent(segment.Index * _header.Layout.SegmentFrames, 0);
        for (var i = 0; i < count; i++)
        {
            last = CodeEvent(segment.Index, i == 0, last, i < added.Count ? added[i] : null);
            segment.Add(last);
        }
    }

    private CodedEvent CodeEvent(int segment, bool isFirst, CodedEvent last, CodedEvent? added)
    {
        var given = added?.Given;
        var frame = last.Frame + (long)(isFirst ? _firstFrame : _frameGap).Code(_coder, (uint)((given?.Frame ?? last.Frame) - last.Frame));
        if (frame / _header.Layout.SegmentFrames != segment || frame * _header.Layout.Hop >= _header.Length)
            throw new FormatException($"an event lies at frame {frame}, after the end of its segment or of the recording");
        var channel = (int)_channel.Code(_coder, (uint)(given?.Channel ?? 0));
        if (!isFirst && frame == last.Frame && channel < last.Channel) throw new FormatException($"its events at frame {frame} are not in order");
        var item = added ?? new CodedEvent((int)frame, channel);
        item.Amplitude = _amplitude.Code(_coder, given is null ? [] : [given.Amplitude], _lastAmplitude);
        _lastAmplitude = Kept(item.Amplitude);
        item.Gain = _gain?.Code(_coder, given is null ? [] : [given.Gain], null);
        if (_header.Contexts == ContextCoding.Listed) item.Context = _contextIndex.Code(_coder, given?.Context ?? 0);
        CodeDetails(item);
        return item;
    }

    private void CodeFiner(CodedEvent item)
    {
        _amplitude.CodeFiner(_coder, item.Amplitude, item.Given is null ? [] : [item.Given.Amplitude]);
        _gain?.CodeFiner(_coder, item.Gain, item.Given is null ? [] : [item.Given.Gain]);
        CodeDetails(item);
    }

    private void CodeDetails(CodedEvent item)
    {
        if (_details is null) return;
        var given = item.Given is null ? [] : item.Given.Details.AsSpan();
        if (item.IsDetailed)
        {
            _details.CodeFiner(_coder, item.Details, given);
            return;
        }

        if (_hasDetails.Code(_coder, item.DetailLayer <= _layer ? 1u : 0) == 0) return;
        item.IsDetailed = true;
        item.Details = _details.Code(_coder, given, Similar(item.Channel));
        _before.Enqueue((item.Channel, Kept(item.Details)));
        if (_before.Count > Remembered) _before.Dequeue();
    }

    // What this layer told, which later layers make finer in its place.
    private static CodedNumber[] Kept(CodedNumber[] numbers) => [.. numbers];

    private CodedNumber[]? Similar(int channel) =>
        _before.Count == 0 ? null : _before.MinBy(other => Math.Abs(other.Channel - channel)).Details;

    private void CodeContext(CodedSegment segment)
    {
        ReadOnlySpan<float> level = segment.Given is null ? [] : [segment.Given.Level];
        var numbers = segment.Given is null ? [] : _header.NumbersOf(segment.Given);
        if (segment.Events.Count > 0)
        {
            _level?.CodeFiner(_coder, segment.Level, level);
            _numbers?.CodeFiner(_coder, segment.Numbers, numbers);
            return;
        }

        if (_level is not null) _lastLevel = Kept(segment.Level = _level.Code(_coder, level, _lastLevel));
        if (_numbers is not null) _lastNumbers = Kept(segment.Numbers = _numbers.Code(_coder, numbers, _lastNumbers));
    }

    private SoundContext CodeSums(VectorCoder amount, GapCoder size, GapCoder gap, SoundContext? given, float level)
    {
        var count = size.Code(_coder, (uint)(given?.Channels.Length ?? 0));
        if (count > _header.Layout.Channels) throw new FormatException($"a context has {count} channels of {_header.Layout.Channels}");
        var (channels, amounts) = (new List<int>(), new List<float>());
        var channel = -1L;
        for (var i = 0; i < count; i++)
        {
            channel += 1 + (long)gap.Code(_coder, (uint)(given is null ? 0 : given.Channels[i] - channel - 1));
            if (channel >= _header.Layout.Channels) throw new FormatException($"a context has channel {channel} of {_header.Layout.Channels}");
            channels.Add((int)channel);
            amounts.Add(_header.Amounts!.NumberOf(0, amount.Code(_coder, given is null ? [] : [given.Amounts[i]], null)[0], 0));
        }

        return new SoundContext([.. channels], [.. amounts], level);
    }
}
