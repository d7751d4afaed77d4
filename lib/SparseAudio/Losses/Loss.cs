using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>A distance between a rebuilt segment and its target, as a sum of named parts.</summary>
public interface ILoss
{
    /// <summary>Computes the parts; they carry the gradient to the events.</summary>
    /// <param name="target">(batch, 1, samples)</param>
    /// <param name="events">(batch, events, samples), the rebuilt events; all losses but <see cref="PerEventLoss"/> look at their sum alone.</param>
    LossParts Compute(Tensor target, Tensor events);
}

/// <summary>The named parts of a loss, each a scalar tensor.</summary>
public sealed class LossParts
{
    private LossParts(IReadOnlyList<(string Name, Tensor Value)> parts, Tensor total) => (Parts, Total) = (parts, total);

    /// <summary>The parts in the order in which they were computed.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Parts { get; }

    /// <summary>The sum of all parts: what training lowers.</summary>
    public Tensor Total { get; }

    /// <summary>Makes a loss of its parts.</summary>
    /// <param name="parts">At least one.</param>
    public static LossParts Of(IReadOnlyList<(string Name, Tensor Value)> parts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count, nameof(parts));
        foreach (var (_, value) in parts) value.RequireReal([], parts[0].Value, nameof(parts));
        using var scope = NewDisposeScope();
        return new LossParts(parts, stack([.. parts.Select(part => part.Value)]).sum().MoveToOuterDisposeScope());
    }

    /// <summary>The total and the parts by name, fetched from the device in one transfer.</summary>
    public (double Total, IReadOnlyDictionary<string, double> Parts) ToNumbers()
    {
        using var scope = NewDisposeScope();
        var all = stack([Total.detach(), .. Parts.Select(part => part.Value.detach())]);
        var numbers = all.to_type(ScalarType.Float64).cpu().data<double>().ToArray();
        return (numbers[0], Parts.Zip(numbers.Skip(1)).ToDictionary(pair => pair.First.Name, pair => pair.Second));
    }

    /// <summary>Moves all tensors to the dispose scope around the current one.</summary>
    public LossParts MoveToOuterDisposeScope()
    {
        foreach (var (_, value) in Parts) value.MoveToOuterDisposeScope();
        Total.MoveToOuterDisposeScope();
        return this;
    }
}

/// <summary>Refuses what <see cref="ILoss.Compute"/> cannot compare.</summary>
internal static class LossGuard
{
    /// <summary>Requires a target (batch, 1, samples) and events (batch, events, samples) of the same type on the same device.</summary>
    public static void Require(Tensor target, Tensor events)
    {
        target.RequireReal([TensorGuard.Any, 1, TensorGuard.Any]);
        events.RequireReal([target.shape[0], TensorGuard.Any, target.shape[2]], target);
    }
}

/// <summary>A weighted sum of losses; the name of each part begins with that of its loss.</summary>
/// <param name="terms">Name, weight and loss of every term.</param>
public sealed class WeightedLoss(params (string Name, double Weight, ILoss Loss)[] terms) : ILoss
{
    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        LossGuard.Require(target, events);
        using var scope = NewDisposeScope();
        var parts = new List<(string, Tensor)>();
        foreach (var (term, weight, loss) in terms)
            foreach (var (name, value) in loss.Compute(target, events).Parts)
                parts.Add(($"{term}.{name}", value * weight));
        return LossParts.Of(parts).MoveToOuterDisposeScope();
    }
}
