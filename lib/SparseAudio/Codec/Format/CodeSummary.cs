namespace SparseAudio.Codec.Format;

/// <summary>Collects what the header of a code file says about its events and contexts, which come one by one, in order.</summary>
/// <param name="layout">The grid of the code.</param>
internal sealed class CodeSummary(CodeLayout layout)
{
    private static NumberScales None { get; } = new(1, true, [0], []);

    private readonly NumberScales.Summary _amplitudes = new(logarithmic: true, centred: true);
    private readonly NumberScales.Summary _gains = new(logarithmic: true, centred: false);
    private readonly NumberScales.Summary _levels = new(logarithmic: true, centred: false);
    private readonly NumberScales.Summary _amounts = new(logarithmic: true, centred: true);
    private readonly NumberScales.Summary _numbers = new(logarithmic: false, centred: false);
    private readonly NumberScales.Summary _details = new(logarithmic: false, centred: true);
    private readonly List<List<int>> _segments = [];
    private readonly List<int> _eventsInLayers = [];
    private readonly ContextInference _inference = new(layout);
    private SoundContext? _context;
    private int _segment = -1;
    private int _eventsInSegment;
    private bool _hasGains;
    private bool _hasLevels;
    private bool _isOneContextASegment = true;
    private bool _countsEvents = true;

    /// <summary>How many events came.</summary>
    public int Events { get; private set; }

    /// <summary>The segments in which events of a layer begin, in order.</summary>
    public IReadOnlyList<int> SegmentsOf(int layer) => layer < _segments.Count ? _segments[layer] : [];

    /// <summary>Adds an event.</summary>
    /// <param name="item">The event.</param>
    /// <param name="layer">The layer that it belongs to.</param>
    public void Add(EventInContext item, int layer)
    {
        Events = checked(Events + 1);
        _amplitudes.Add([item.Event.Amplitude]);
        _gains.Add([item.Event.Gain]);
        _hasGains |= item.Event.Gain != 1;
        if (!item.Event.Details.IsEmpty) _details.Add(item.Event.Details.AsSpan());
        _inference.Add(item);
        for (; _segments.Count <= layer; _eventsInLayers.Add(0)) _segments.Add([]);
        _eventsInLayers[layer]++;
        var segment = layout.SegmentOf(item.Event);
        if (_segments[layer] is var segments && (segments.Count == 0 || segments[^1] != segment)) segments.Add(segment);
        if (segment != _segment) EndSegment();
        else _isOneContextASegment &= ReferenceEquals(item.Context, _context) || item.Context.Equals(_context);
        _segment = segment;
        _eventsInSegment++;
        if (!ReferenceEquals(item.Context, _context)) Add(item.Context);
    }

    /// <summary>The header of the code that came.</summary>
    /// <param name="model">The fingerprint of its model.</param>
    /// <param name="length">Samples of the recording.</param>
    /// <param name="contexts">How many different contexts came.</param>
    /// <param name="precision">How finely to keep numbers.</param>
    public CodeHeader Header(string model, long length, int contexts, CodePrecision precision)
    {
        EndSegment();
        var coding = _inference.End() ? ContextCoding.Inferred : _isOneContextASegment ? ContextCoding.BySegment : ContextCoding.Listed;
        var numbers = _numbers.Scales(precision.ContextSteps);
        var details = _details.Scales(precision.DetailSteps(model));
        if (coding == ContextCoding.BySegment && numbers is null) coding = ContextCoding.Listed;
        var layers = coding == ContextCoding.Listed ? [new LayerPrecision(0, true)] : precision.Layers.AsEnumerable();
        if (details is null) layers = layers.Select(layer => layer with { Detailed = false }).Distinct();
        return new CodeHeader
        {
            Model = model,
            Layout = layout,
            Length = length,
            Layers = [.. layers.Select((layer, i) => new CodeLayer(i < _eventsInLayers.Count ? _eventsInLayers[i] : 0, layer))],
            Contexts = coding,
            ListedContexts = coding == ContextCoding.Listed ? contexts : 0,
            CountsEvents = numbers is not null && coding == ContextCoding.BySegment && _countsEvents,
            Amplitudes = _amplitudes.Scales(precision.AmplitudeSteps) ?? None,
            Gains = _hasGains ? _gains.Scales(precision.AmplitudeSteps) : null,
            Levels = _hasLevels ? _levels.Scales(precision.LevelSteps) : null,
            Amounts = coding == ContextCoding.Listed && numbers is null ? _amounts.Scales(precision.AmplitudeSteps) ?? None : null,
            Numbers = numbers,
            Details = details,
        };
    }

    private void Add(SoundContext context)
    {
        _context = context;
        _levels.Add([context.Level]);
        _hasLevels |= context.Level != 1;
        foreach (var amount in context.Amounts) _amounts.Add([amount]);
        if (!context.Numbers.IsEmpty) _numbers.Add(context.Numbers.AsSpan());
    }

    private void EndSegment()
    {
        if (_eventsInSegment > 0) _countsEvents &= _context!.Numbers is [.., var last] && last == _eventsInSegment;
        _eventsInSegment = 0;
    }
}
