using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseAudio.Codec.Format;

/// <summary>What a code file says about itself before its events, as JSON.</summary>
internal sealed record CodeHeader
{
    private const int LongestModelName = 256;

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Fingerprint of the model.</summary>
    public required string Model { get; init; }

    public required CodeLayout Layout { get; init; }

    /// <summary>Samples of the recording.</summary>
    public required long Length { get; init; }

    public required int Events { get; init; }

    /// <summary>How many contexts are listed; 0 when each segment's context is inferred from its events.</summary>
    public required int Contexts { get; init; }

    public required LevelQuantizer Amplitudes { get; init; }

    /// <summary>Null when no event has a gain.</summary>
    public LevelQuantizer? Gains { get; init; }

    /// <summary>Null when every context has the level 1.</summary>
    public LevelQuantizer? Levels { get; init; }

    /// <summary>Null when no contexts are listed.</summary>
    public LevelQuantizer? Amounts { get; init; }

    /// <summary>Of a context's numbers; null when the model has none.</summary>
    public StepQuantizers? Numbers { get; init; }

    /// <summary>Of an event's details; null when there are none.</summary>
    public StepQuantizers? Details { get; init; }

    /// <summary>Reads a header and checks every number of it.</summary>
    /// <exception cref="FormatException">It is not one; the message says why.</exception>
    public static CodeHeader Parse(ReadOnlySpan<byte> json)
    {
        CodeHeader? header;
        try
        {
            header = JsonSerializer.Deserialize<CodeHeader>(json, _json);
        }
        catch (JsonException exception)
        {
            throw new FormatException("its header cannot be read (" + exception.Message.Split(" Path:")[0].TrimEnd('.') + ")", exception);
        }

        if (header is null) throw new FormatException("its header is empty");
        header.Validate();
        return header;
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, _json);

    /// <summary>
    /// The most events that <paramref name="payloadBytes"/> bytes can hold, as each decision costs at least
    /// <see cref="AdaptiveBit.LeastCost"/>.
    /// </summary>
    public double MostEventsIn(int payloadBytes)
    {
        var decisions = GapCoder.LeastDecisions + SymbolCoder.BitsFor(Layout.Channels) + Math.Min(Amplitudes.Bits, SymbolCoder.MostAdaptiveBits);
        return (payloadBytes + RangeDecoder.BytesSupplied) * 8 / (decisions * AdaptiveBit.LeastCost);
    }

    private void Validate()
    {
        if (Model.Length > LongestModelName) throw new FormatException($"its model's name has {Model.Length} characters");
        try
        {
            Layout.Validate();
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new FormatException("its header is wrong: " + exception.Message.Split(" (Parameter")[0], exception);
        }

        if (Length < 0 || Length > (long)int.MaxValue * Layout.Hop) throw new FormatException($"its length is {Length} samples");
        if (Events < 0) throw new FormatException($"it counts {Events} events");
        if (Contexts < 0 || Contexts > Events) throw new FormatException($"it counts {Contexts} contexts for {Events} events");
        if (Contexts > 0 != Amounts is not null) throw new FormatException("its header lists contexts without amounts, or amounts without contexts");
        Amplitudes.Validate("its amplitude");
        Gains?.Validate("its gain");
        Levels?.Validate("its level");
        Amounts?.Validate("its context");
        Numbers?.Validate("its context");
        Details?.Validate("its details");
    }
}

/// <summary>Collects what the header of a code file says about its events and contexts, which come one by one, in order.</summary>
/// <param name="layout">The grid of the code.</param>
internal sealed class CodeSummary(CodeLayout layout)
{
    private readonly LevelRange _amplitudes = new();
    private readonly LevelRange _gains = new();
    private readonly LevelRange _levels = new();
    private readonly LevelRange _amounts = new();
    private readonly StepRanges _numbers = new();
    private readonly StepRanges _details = new();
    private readonly ContextInference _inference = new(layout);
    private SoundContext? _context;
    private bool _hasGains;
    private bool _hasLevels;

    /// <summary>How many events came.</summary>
    public int Events { get; private set; }

    public void Add(EventInContext item)
    {
        Events = checked(Events + 1);
        _amplitudes.Add(item.Event.Amplitude);
        _gains.Add(item.Event.Gain);
        _hasGains |= item.Event.Gain != 1;
        _details.Add(item.Event.Details);
        _inference.Add(item);
        if (!ReferenceEquals(item.Context, _context)) Add(item.Context);
    }

    /// <summary>The header of the code that came.</summary>
    /// <param name="model">The fingerprint of its model.</param>
    /// <param name="length">Samples of the recording.</param>
    /// <param name="contexts">How many different contexts came.</param>
    /// <param name="precision">How finely to keep numbers.</param>
    public CodeHeader Header(string model, long length, int contexts, CodePrecision precision)
    {
        var inferable = _inference.End();
        return new CodeHeader
        {
            Model = model,
            Layout = layout,
            Length = length,
            Events = Events,
            Contexts = inferable ? 0 : contexts,
            Amplitudes = _amplitudes.Quantizer(precision.AmplitudeBits),
            Gains = _hasGains ? _gains.Quantizer(precision.GainBits) : null,
            Levels = _hasLevels ? _levels.Quantizer(precision.GainBits) : null,
            Amounts = inferable ? null : _amounts.Quantizer(precision.AmplitudeBits),
            Numbers = _numbers.Quantizers(precision.ContextBits),
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

/// <summary>How finely a code file keeps numbers. Channels and frames are always exact.</summary>
/// <param name="AmplitudeBits">Bits of an amplitude before entropy coding, 2 to 16, or 32 for no loss.</param>
/// <param name="GainBits">Bits of a gain, 2 to 16, or 32 for no loss.</param>
/// <param name="DetailBits">Bits of each detail, 2 to 16, or 32 for no loss.</param>
/// <param name="ContextBits">Bits of each number of a context, 2 to 16, or 32 for no loss.</param>
public sealed record CodePrecision(int AmplitudeBits = 8, int GainBits = 12, int DetailBits = 8, int ContextBits = 8)
{
    internal const int LosslessBits = 32;

    /// <summary>Everything comes back bit for bit.</summary>
    public static CodePrecision Lossless { get; } = new(LosslessBits, LosslessBits, LosslessBits, LosslessBits);

    /// <summary>All bits in a few letters, for the record of what was made.</summary>
    internal string ToText() => $"{AmplitudeBits}-{GainBits}-{DetailBits}-{ContextBits} bits";

    /// <summary>Whether a number can be kept in so many bits.</summary>
    internal static bool IsPossible(int bits) => bits is (>= 2 and <= 16) or LosslessBits;

    /// <summary>Checks all of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not possible; the message names it.</exception>
    internal void Validate()
    {
        Check(AmplitudeBits, nameof(AmplitudeBits), "Amplitudes");
        Check(GainBits, nameof(GainBits), "Gains");
        Check(DetailBits, nameof(DetailBits), "Details");
        Check(ContextBits, nameof(ContextBits), "Contexts");
    }

    private static void Check(int bits, string name, string what)
    {
        if (!IsPossible(bits)) throw new ArgumentOutOfRangeException(name, bits, $"{what} take 2 to 16 bits, or 32 for no loss.");
    }
}
