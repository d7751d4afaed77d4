using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>Several losses, each with a weight; the parts keep their names behind that of their loss.</summary>
/// <param name="terms">Name, weight and loss of every term.</param>
public sealed class WeightedLoss(params (string Name, double Weight, ILoss Loss)[] terms) : ILoss
{
    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        using var scope = NewDisposeScope();
        var parts = new List<(string, Tensor)>();
        foreach (var (term, weight, loss) in terms)
            foreach (var (name, value) in loss.Compute(target, events).Parts)
                parts.Add(($"{term}.{name}", value * weight));
        return LossParts.Of(parts).MoveToOuterDisposeScope();
    }
}
