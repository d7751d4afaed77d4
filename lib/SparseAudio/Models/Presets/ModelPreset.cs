using SparseAudio.Models.Published;
using SparseAudio.Models.Workbook;
using static TorchSharp.torch;

namespace SparseAudio.Models.Presets;

/// <summary>The models by name: the one place that knows which there are.</summary>
public static class ModelPreset
{
    /// <summary>The names that <see cref="Config"/> knows.</summary>
    public static IReadOnlyList<string> Names => [.. Configs.Select(config => config.Name)];

    private static ModelConfig[] Configs => [new PublishedConfig(), new WorkbookConfig()];

    /// <summary>A preset's configuration.</summary>
    /// <param name="name">Upper and lower case are the same.</param>
    /// <exception cref="ModelConfigException">There is no such preset; the message lists those that exist.</exception>
    public static ModelConfig Config(string name) =>
        Configs.FirstOrDefault(config => config.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ModelConfigException("preset", $"there is none named '{name}'; take one of {string.Join(", ", Names)}.");

    /// <summary>Reads what <see cref="ModelConfig.ToJson"/> wrote, and checks it.</summary>
    /// <param name="json">Its field <c>model</c> says which model it configures.</param>
    /// <exception cref="ModelConfigException">The text is not JSON, has a field that does not exist, or a value that does not fit.</exception>
    public static ModelConfig FromJson(string json) => ModelConfig.ModelNamedBy(json) switch
    {
        "published" => PublishedConfig.FromJson(json),
        "workbook" => WorkbookConfig.FromJson(json),
        _ => throw new ModelConfigException(
            "model", $"must name the model, one of {string.Join(", ", Configs.Select(config => config.Model))}."),
    };

    /// <summary>Builds a model with its untrained start.</summary>
    /// <param name="config">What to build; it is checked first.</param>
    /// <param name="seed">Of the starting values and of the noise.</param>
    /// <param name="device">Device of all parameters; null means the CPU.</param>
    /// <exception cref="ModelConfigException">A field of the configuration does not fit.</exception>
    /// <exception cref="TorchLibraryException">This system cannot load torch.</exception>
    public static SparseAudioModel Build(ModelConfig config, long seed = 0, Device? device = null) => config switch
    {
        PublishedConfig published => new PublishedModel(published, seed, device),
        WorkbookConfig workbook => new WorkbookModel(workbook, seed, device),
        _ => throw new ArgumentException($"No model belongs to a {config.GetType().Name}.", nameof(config)),
    };
}
