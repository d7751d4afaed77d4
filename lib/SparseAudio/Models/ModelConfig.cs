using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseAudio.Models;

/// <summary>
/// What every model's configuration holds: the segment, the grid of its code, and the sizes that codes and files need to know.
/// A model's own record adds what that model uses; start from its default and change fields with <c>with</c>.
/// </summary>
public abstract record ModelConfig
{
    /// <summary>The largest width of a layer.</summary>
    protected const int MostChannels = 8192;

    // A gigabyte in 32 bits; the published model has 78 million.
    private const long MostNumbers = 1 << 28;
    private const int MostEvents = 4096;

    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Which model the configuration belongs to: <c>published</c> or <c>workbook</c>.</summary>
    public abstract string Model { get; }

    /// <summary>The preset this configuration comes from.</summary>
    public required string Name { get; init; }

    /// <summary>Samples in a segment.</summary>
    public int Samples { get; init; } = 32768;

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; } = 22050;

    /// <summary>Events that are kept of a segment.</summary>
    public int Events { get; init; } = 64;

    /// <summary>Channels of the code: how many different kinds of event there are.</summary>
    public int Channels { get; init; } = 4096;

    /// <summary>Frames of the code in a segment; Samples / Hop.</summary>
    public int Frames { get; init; } = 128;

    /// <summary>Samples from one frame of the code to the next.</summary>
    public int Hop { get; init; } = 256;

    /// <summary>Samples in a window of the encoder's spectrogram; its bins, Nyquist left out, are half as many.</summary>
    public int Window { get; init; } = 2048;

    /// <summary>Size of the vector from which the reverb is chosen.</summary>
    public int ContextSize { get; init; } = 16;

    /// <summary>Impulse responses of the reverb; the published program takes as many as it finds files.</summary>
    public int Rooms { get; init; } = 6;

    /// <summary>Width of <see cref="SparseEncoding.Context"/>.</summary>
    [JsonIgnore]
    public abstract int ContextWidth { get; }

    /// <summary>Whether the context is more than what follows from the events, so that a code has to carry it.</summary>
    [JsonIgnore]
    public abstract bool CarriesContext { get; }

    /// <summary>Width of <see cref="SparseEncoding.Details"/>; 0 where events have none.</summary>
    [JsonIgnore]
    public abstract int DetailSize { get; }

    /// <summary>By how much each detail may be off before the distances of the sound just change; none where there are no details.</summary>
    internal virtual IReadOnlyList<double> DetailSteps => [];

    /// <summary>Samples before and after a segment that the encoder can make use of; 0 for none.</summary>
    [JsonIgnore]
    public virtual int Surroundings => 0;

    /// <summary>Bins of the encoder's spectrogram.</summary>
    internal int Bins => Window / 2;

    /// <summary>How many numbers the model's parameters hold, known before any is allocated.</summary>
    internal abstract long ParameterCount { get; }

    /// <summary>How many numbers its tables hold: waveforms, rooms and the like.</summary>
    internal abstract long TableCount { get; }

    /// <summary>Checks all fields.</summary>
    /// <exception cref="ModelConfigException">Names the first field that does not fit.</exception>
    public virtual void Validate()
    {
        PowerOfTwo(nameof(Samples), Samples, 1024, 1 << 20);
        Between(nameof(SampleRate), SampleRate, 1000, 768_000);
        Between(nameof(Events), Events, 1, MostEvents);
        Between(nameof(Channels), Channels, 1, 1 << 20);
        PowerOfTwo(nameof(Hop), Hop, 1, Samples);
        Require(nameof(Frames), (long)Frames * Hop == Samples, $"must be Samples / Hop = {Samples / (double)Hop}, not {Frames}.");
        Require(nameof(Events), Events <= (long)Channels * Frames, $"must not exceed Channels * Frames = {(long)Channels * Frames}.");
        PowerOfTwo(nameof(Window), Window, 4, 1 << 16);
        Between(nameof(ContextSize), ContextSize, 1, MostChannels);
        Between(nameof(Rooms), Rooms, 1, 1024);
    }

    /// <summary>The fundamental frequency that a channel of the code stands for, in hertz; null in models whose channels stand for none.</summary>
    public virtual double? HertzOf(int channel) => null;

    /// <summary>Refuses sizes each of which is possible, but which together take more memory than any model should.</summary>
    protected void LimitNumbers() => Require(
        "all sizes together", ParameterCount + TableCount <= MostNumbers,
        $"the model would have {ParameterCount:N0} parameters and tables of {TableCount:N0} numbers; {MostNumbers:N0} are possible.");

    /// <summary>All fields as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GetType(), _json);

    /// <summary>Two configurations are equal when all fields are, elements of lists one by one.</summary>
    public virtual bool Equals(ModelConfig? other) => other is not null && GetType() == other.GetType() && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);

    /// <summary>Parameters of a linear layer, or of a convolution with so many taps: weights and biases.</summary>
    private protected static long Layer(long inputs, long outputs, long taps = 1) => outputs * (inputs * taps + 1);

    /// <summary>Parameters of a convolution of one width with a norm behind it.</summary>
    private protected static long Stage(long width, long taps) => Layer(width, width, taps) + 2 * width;

    /// <summary>Which model a configuration's text says that it is for.</summary>
    /// <param name="json">The text; its field <c>model</c> is asked.</param>
    /// <returns>Empty where it does not say.</returns>
    /// <exception cref="ModelConfigException">The text is not JSON.</exception>
    internal static string ModelNamedBy(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("model", out var named) ? named.ToString() : "";
        }
        // Half of a surrogate pair is JSON, but no text.
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new ModelConfigException((problem as JsonException)?.Path ?? "text", problem.Message);
        }
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote, and checks it.</summary>
    /// <exception cref="ModelConfigException">The text has a field that does not exist, or a value that does not fit.</exception>
    protected static T Parse<T>(string json) where T : ModelConfig
    {
        try
        {
            var config = JsonSerializer.Deserialize<T>(json, _json) ?? throw new ModelConfigException("text", "there is no configuration in it.");
            config.Validate();
            return config;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new ModelConfigException((problem as JsonException)?.Path ?? "text", problem.Message);
        }
    }

    /// <summary>Refuses a field where a condition does not hold.</summary>
    protected static void Require(string field, bool holds, string reason)
    {
        if (!holds) throw new ModelConfigException(field, reason);
    }

    /// <summary>Refuses a field outside of what it can be.</summary>
    protected static void Between(string field, int value, int least, int most) =>
        Require(field, value >= least && value <= most, $"must be {least} to {most}, not {value}.");

    /// <summary>Refuses a field that is no power of two, or outside of what it can be.</summary>
    protected static void PowerOfTwo(string field, int value, int least, int most) => Require(
        field, value >= least && value <= most && BitOperations.IsPow2(value), $"must be a power of two, {least} to {most}, not {value}.");

    /// <summary>Refuses a field outside 0…1, 1 excluded.</summary>
    protected static void Share(string field, double value) =>
        Require(field, value is >= 0 and < 1, $"must be at least 0 and below 1, not {value}.");
}

/// <summary>A configuration that no model can be built from.</summary>
/// <param name="field">The field to change, or the part of the text that could not be read.</param>
/// <param name="reason">What is wrong with it and what would be right.</param>
public sealed class ModelConfigException(string field, string reason) : Exception($"Model configuration, {field}: {reason}")
{
    /// <summary>The field to change.</summary>
    public string Field { get; } = field;
}
