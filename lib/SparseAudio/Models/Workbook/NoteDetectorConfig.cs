using System.Text.Json;
using System.Text.Json.Serialization;
using SparseAudio.Data.Notes;

namespace SparseAudio.Models.Workbook;

/// <summary>The configuration of a <see cref="NoteDetector"/>.</summary>
public sealed record NoteDetectorConfig
{
    /// <summary>What <see cref="Model"/> says.</summary>
    public const string ModelName = "notes";

    private const int WidestLayer = 512;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Which model the configuration belongs to.</summary>
    [JsonPropertyOrder(-1)]
    public string Model => ModelName;

    /// <summary>Channels of every layer.</summary>
    public int Width { get; init; } = 40;

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; } = 22050;

    /// <summary>How many numbers the detector's parameters hold, known before any is allocated.</summary>
    internal long ParameterCount
    {
        get
        {
            long width = Width, quarter = Width / 4;
            return width * (4L * LogSpectrum.Channels + 1 + 2 + NoteTargets.Pitches) + NoteDetector.Blocks * width * (9 * width + 1 + 2)
                + quarter * (width + 1) + width * (quarter * NoteDetector.Neighbourhood + 1) + NoteDetector.Outputs * (width + 1);
        }
    }

    /// <summary>Whether a text is the configuration of a detector rather than of a <see cref="SparseAudioModel"/>.</summary>
    internal static bool Describes(string json)
    {
        try
        {
            return ModelConfig.ModelNamedBy(json) == ModelName;
        }
        catch (ModelConfigException)
        {
            return false;
        }
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote, and checks it.</summary>
    /// <exception cref="ModelConfigException">The text has a field that does not exist, or a value that does not fit.</exception>
    public static NoteDetectorConfig FromJson(string json)
    {
        try
        {
            var config = JsonSerializer.Deserialize<NoteDetectorConfig>(json, _json)
                ?? throw new ModelConfigException("text", "there is no configuration in it.");
            config.Validate();
            return config;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new ModelConfigException((problem as JsonException)?.Path ?? "text", problem.Message);
        }
    }

    /// <summary>All fields as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, _json);

    /// <summary>Checks all fields.</summary>
    /// <exception cref="ModelConfigException">Names the first field that does not fit.</exception>
    public void Validate()
    {
        if (Width is < 4 or > WidestLayer) throw new ModelConfigException(nameof(Width), $"must be 4 to {WidestLayer}, not {Width}.");
        if (SampleRate is < 8000 or > 96000) throw new ModelConfigException(nameof(SampleRate), $"must be 8000 to 96000, not {SampleRate}.");
    }
}
