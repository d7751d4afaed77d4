using SparseAudio.Losses;
using SparseAudio.Models;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>The loss of a kind of model, and the settings that suit it.</summary>
/// <param name="Name">The name of the model configuration that it is for.</param>
/// <param name="Config">The settings.</param>
/// <param name="Loss">The loss of a model of the given configuration; it looks at the sum of the events alone.</param>
public sealed record TrainingPreset(string Name, TrainingConfig Config, Func<ModelConfig, ILoss> Loss)
{
    /// <summary>As published: the multiband loss, Adam without schedule.</summary>
    public static TrainingPreset Published { get; } = new("published", TrainingConfig.Published, config => new PublishedLoss(config.Events));

    /// <summary>The workbook's own: spectral losses of several resolutions, momentum, warm-up, decay and clipping.</summary>
    public static TrainingPreset Workbook { get; } = new("workbook", TrainingConfig.Workbook, config => new WorkbookLoss(config.SampleRate));

    private static IReadOnlyList<TrainingPreset> All => [Published, Workbook];

    /// <summary>The preset of a model.</summary>
    /// <param name="config">The model's configuration; its name decides.</param>
    /// <returns>The preset.</returns>
    /// <exception cref="TrainingException">There is none of that name; the message lists those that exist.</exception>
    public static TrainingPreset For(ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return All.FirstOrDefault(preset => preset.Name.Equals(config.Name, StringComparison.OrdinalIgnoreCase))
            ?? throw new TrainingException(
                $"ModelConfig.Name is '{config.Name}', for which no loss is known; take one of "
                    + $"{string.Join(", ", All.Select(preset => preset.Name))}");
    }

    /// <summary>Forward pass and loss of a model.</summary>
    /// <param name="model">The model.</param>
    /// <returns>A function of audio (batch, 1, samples).</returns>
    public Func<Tensor, LossParts> Objective(SparseAudioModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var loss = Loss(model.Config);
        return audio =>
        {
            using var scope = NewDisposeScope();
            return loss.Compute(audio, model.DecodeSum(model.Encode(audio))).MoveToOuterDisposeScope();
        };
    }
}
