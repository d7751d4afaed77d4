using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>Everything that a step changes, and what identifies it: the content of a checkpoint.</summary>
internal sealed class TrainingState(nn.Module model, string modelJson, TrainingConfig config, string recordings) : IDisposable
{
    /// <summary>The model's configuration as JSON.</summary>
    public string ModelJson { get; } = modelJson;

    /// <summary>How it is trained.</summary>
    public TrainingConfig Config { get; } = config;

    /// <summary>Which recordings it is trained on: a hash of their names and lengths.</summary>
    public string Recordings { get; } = recordings;

    /// <summary>The optimiser.</summary>
    public Adam Adam { get; } = new(model.named_parameters(), config);

    /// <summary>The averaged weights, when asked for.</summary>
    public MovingAverage? Average { get; } = config.EmaDecay > 0 ? new MovingAverage(model.named_parameters(), config.EmaDecay) : null;

    /// <summary>Where the training stands.</summary>
    public TrainingPosition Position { get; set; } = new();

    /// <summary>The live tensors under the names of a checkpoint; without the average when its prefix is null.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors(string modelPrefix, string adamPrefix, string? averagePrefix)
    {
        IEnumerable<(string, Tensor)> tensors = Named(modelPrefix, model.state_dict()).Concat(Named(adamPrefix, Adam.Moments()));
        return averagePrefix is null || Average is null ? tensors : tensors.Concat(Named(averagePrefix, Average.Averages));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Adam.Dispose();
        Average?.Dispose();
    }

    private static IEnumerable<(string, Tensor)> Named(string prefix, Dictionary<string, Tensor> tensors) =>
        tensors.Select(item => (prefix + item.Key, item.Value));
}
