using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// An exponential average of the weights over the steps, often better than the last weights. Young averages forget
/// faster: the decay is at most (1 + step) / (10 + step).
/// </summary>
internal sealed class MovingAverage : IDisposable
{
    private readonly (string Name, Parameter Live, Tensor Average)[] _weights;
    private readonly double _decay;

    /// <summary>An average that begins at the present weights.</summary>
    public MovingAverage(IEnumerable<(string Name, Parameter Parameter)> parameters, double decay)
    {
        _decay = decay;
        _weights = [.. parameters.Select(p => (p.Name, p.Parameter, p.Parameter.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>The live tensors of the average, by parameter.</summary>
    public Dictionary<string, Tensor> Averages => _weights.ToDictionary(weight => weight.Name, weight => weight.Average);

    /// <summary>Takes in the weights after a step.</summary>
    /// <param name="step">The step, from 1.</param>
    public void Update(long step)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        double keep = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        foreach ((_, Parameter live, Tensor average) in _weights)
        {
            average.mul_(keep).add_(live, alpha: 1 - keep);
        }
    }

    /// <summary>Begins anew at the present weights.</summary>
    public void Reset()
    {
        using IDisposable noGradients = no_grad();
        foreach ((_, Parameter live, Tensor average) in _weights)
        {
            average.copy_(live);
        }
    }

    /// <summary>Exchanges the model's weights and the average; twice restores both exactly.</summary>
    public void Exchange()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        foreach ((_, Parameter live, Tensor average) in _weights)
        {
            using Tensor kept = live.detach().clone();
            live.copy_(average);
            average.copy_(kept);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, _, Tensor average) in _weights)
        {
            average.Dispose();
        }
    }
}
