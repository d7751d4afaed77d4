using System.Text.Json;
using System.Text.Json.Serialization;
using SparseAudio.Models.Published;
using SparseAudio.Training;

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

    /// <summary>How many contexts are listed; 0 when each segment's own events make its context.</summary>
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

    /// <summary>The most events that <paramref name="payloadBytes"/> bytes can hold, for the price that each decision has at least.</summary>
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
