using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>Everything that a step changes: the content of a checkpoint.</summary>
internal sealed class TrainingState : IDisposable
{
    /// <summary>What stands before the names of the model's tensors in a checkpoint.</summary>
    public const string ModelPrefix = "model.";

    private readonly nn.Module _model;
    private readonly string[] _names;

    /// <summary>The state before the first step.</summary>
    /// <param name="model">The model; its weights are part of the state.</param>
    /// <param name="modelJson">Its configuration.</param>
    /// <param name="config">The settings of the training.</param>
    public TrainingState(nn.Module model, string modelJson, TrainingConfig config)
    {
        (_model, ModelJson, Config) = (model, modelJson, config);
        _names = [.. model.named_parameters().Select(item => item.name)];
        Parameters = [.. model.named_parameters().Select(item => item.parameter)];
        Optimizer = optim.Adam(Parameters, config.LearningRate, config.Beta1, config.Beta2, config.Epsilon);
    }

    public string ModelJson { get; }

    public TrainingConfig Config { get; }

    public Parameter[] Parameters { get; }

    public Adam Optimizer { get; }

    public TrainingPosition Position { get; set; } = new();

    /// <summary>How many steps the optimiser has made with each parameter; it makes none with a parameter that has no gradient.</summary>
    public long[] OptimizerSteps
    {
        get => [.. Moments.Select(moments => moments.step)];
        set
        {
            foreach (var (moments, steps) in Moments.Zip(value)) moments.step = steps;
        }
    }

    private IEnumerable<Adam.State> Moments => Optimizer.state_dict().State.Cast<Adam.State>();

    /// <summary>The live tensors under their names in a checkpoint: weights, buffers, and the optimiser's two moments of each parameter.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors()
    {
        foreach (var (name, tensor) in _model.state_dict()) yield return (ModelPrefix + name, tensor);
        foreach (var (name, moments) in _names.Zip(Moments))
        {
            yield return ($"adam.exp_avg.{name}", moments.exp_avg);
            yield return ($"adam.exp_avg_sq.{name}", moments.exp_avg_sq);
        }
    }

    public void Dispose() => Optimizer.Dispose();
}

/// <summary>
/// The position of a training besides its tensors. Data and noise of step n are functions of (seed, n), so the step is also the position in
/// the data and in the random numbers.
/// </summary>
internal sealed record TrainingPosition
{
    private static readonly JsonSerializerOptions _json =
        new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Steps done, skipped ones included.</summary>
    public long Step { get; init; }

    public long Skipped { get; init; }

    /// <summary>Steps skipped since the last good one.</summary>
    public int BadInARow { get; init; }

    /// <summary>The log's length in bytes.</summary>
    public long LogLength { get; init; }

    /// <summary>The step with the lowest validation loss; 0 before the first validation.</summary>
    public long BestStep { get; init; }

    public double? BestLoss { get; init; }

    /// <summary>A hash of the names and lengths of the recordings.</summary>
    public string Recordings { get; init; } = "";

    /// <summary>A hash of what the validation loss depends on besides the model.</summary>
    public string Validation { get; init; } = "";

    /// <summary>Torch's threads; with another number sums may round differently.</summary>
    public int Threads { get; init; }

    public static TrainingPosition FromJson(string json) =>
        JsonSerializer.Deserialize<TrainingPosition>(json, _json) ?? throw new JsonException("it is null");

    public string ToJson() => JsonSerializer.Serialize(this, _json);
}

/// <summary>The gradients of a step, where torch's optimisers look for them.</summary>
internal static class Gradients
{
    /// <summary>Computes the gradients of all parameters and adds them to those that are there.</summary>
    /// <param name="total">What to minimise, a scalar.</param>
    /// <param name="parameters">Those that it does not depend on get no gradient.</param>
    public static void Add(Tensor total, IReadOnlyList<Parameter> parameters)
    {
        // Torch's backward would copy every gradient that a convolution has laid out in its own way: a tenth of a step of the published model.
        var gradients = autograd.grad([total], [.. parameters.Select(parameter => (Tensor)parameter)], allow_unused: true);
        foreach (var (parameter, gradient) in parameters.Zip(gradients))
        {
            if (gradient is null or { IsInvalid: true }) continue;
            if (parameter.grad is { } sum) sum.add_(gradient);
            else parameter.grad = gradient;
        }
    }

    /// <summary>Clips the gradients.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="clipNorm">The largest Euclidean norm of all gradients together; 0 for no limit.</param>
    /// <returns>The norm before clipping, fetched from the device in one transfer.</returns>
    public static double Clip(IReadOnlyList<Parameter> parameters, double clipNorm) =>
        nn.utils.clip_grad_norm_(parameters, clipNorm > 0 ? clipNorm : double.PositiveInfinity);

    /// <summary>Frees the gradients.</summary>
    public static void Forget(IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters) parameter.grad = null;
    }
}
