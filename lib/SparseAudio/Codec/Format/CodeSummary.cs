using SparseAudio.Codec.Format;

namespace SparseAudio.Codec.Analysis;

/// <summary>What the header of a code file says about its events and contexts, gathered while they come one by one, in order.</summary>
internal sealed class CodeSummary(CodeLayout layout)
{
    private readonly LevelRange _amplitudes = new();
    private readonly LevelRange _gains = new();
    private readonly LevelRange _levels = new();
    private readonly LevelRange _amounts = new();
    private readonly StepRanges _numbers = new();
    private readonly StepRanges _details = new();
    private readonly DerivedContexts _derived = new(layout);
    private SoundContext? _context;
    private bool _hasGains;
    private bool _hasLevels;

    /// <summary>How many events came.</summary>
    public int Events { get; private set; }

    public void Add(HeardEvent heard)
    {
        Events = checked(Events + 1);
        _amplitudes.Add(heard.Event.Amplitude);
        _gains.Add(heard.Event.Gain);
        _hasGains |= heard.Event.Gain != 1;
        _details.Add(heard.Event.Details);
        _derived.Add(heard);
        if (!ReferenceEquals(heard.Context, _context)) Add(heard.Context);
    }

    /// <summary>The header of the code that came.</summary>
    /// <param name="model">The fingerprint of its model.</param>
    /// <param name="length">Samples of the recording.</param>
    /// <param name="contexts">How many different contexts came.</param>
    /// <param name="precision">How finely to keep numbers.</param>
    public CodeHeader Header(string model, long length, int contexts, CodePrecision precision)
    {
        var derived = _derived.End();
        return new CodeHeader
        {
            Model = model,
            Layout = layout,
            Length = length,
            Events = Events,
            Contexts = derived ? 0 : contexts,
            Amplitudes = _amplitudes.Quantizer(precision.AmplitudeBits),
            Gains = _hasGains ? _gains.Quantizer(precision.GainBits) : null,
            Levels = _hasLevels ? _levels.Quantizer(precision.GainBits) : null,
            Amounts = derived ? null : _amounts.Quantizer(precision.AmplitudeBits),
            Numbers = _numbers.Quantizers(precision.DetailBits),
            Details = _details.Quantizers(precision.DetailBits),
        };
    }

    private void Add(SoundContext context)
    {
        _context = context;
        _levels.Add(context.Level);
        _hasLevels |= context.Level != 1;
        foreach (var amount in context.Amounts) _amounts.Add(amount);
        _numbers.Add(context.Numbers);
    }
}
