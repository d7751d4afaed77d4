using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseAudio.Models;

public sealed partial record ModelConfig
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The names that <see cref="Preset"/> knows.</summary>
    public static IReadOnlyList<string> PresetNames => [.. Presets.Select(preset => preset.Name)];

    private static IReadOnlyList<ModelConfig> Presets => [Published, Workbook];

    /// <summary>A preset by name.</summary>
    /// <exception cref="ModelConfigException">There is no such preset; the message lists those that exist.</exception>
    public static ModelConfig Preset(string name) =>
        Presets.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ModelConfigException("preset", $"there is none named '{name}'; take one of {string.Join(", ", PresetNames)}.");

    /// <summary>All fields as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote, and checks it.</summary>
    /// <exception cref="ModelConfigException">The text is not JSON, has a field that does not exist, or a value that does not fit.</exception>
    public static ModelConfig FromJson(string json)
    {
        try
        {
            var config = JsonSerializer.Deserialize<ModelConfig>(json, Json)
                ?? throw new ModelConfigException("text", "there is no configuration in it.");
            config.Validate();
            return config;
        }
        catch (JsonException problem)
        {
            throw new ModelConfigException(problem.Path ?? "text", problem.Message);
        }
    }

    /// <summary>Two configurations are equal when all fields are, waveforms one by one.</summary>
    public bool Equals(ModelConfig? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);
}
