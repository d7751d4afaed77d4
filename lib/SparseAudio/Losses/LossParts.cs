using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>The named parts of a loss, each a scalar tensor.</summary>
public sealed class LossParts
{
    private LossParts(IReadOnlyList<(string Name, Tensor Value)> parts, Tensor total) => (Parts, Total) = (parts, total);

    /// <summary>The parts in the order in which they were computed.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Parts { get; }

    /// <summary>The sum of all parts: what to minimise.</summary>
    public Tensor Total { get; }

    /// <summary>Sums parts up.</summary>
    /// <param name="parts">At least one.</param>
    public static LossParts Of(IReadOnlyList<(string Name, Tensor Value)> parts)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count, nameof(parts));
        using var scope = NewDisposeScope();
        var total = stack([.. parts.Select(part => part.Value)]).sum();
        return new LossParts(parts, total.MoveToOuterDisposeScope());
    }

    /// <summary>The parts as plain numbers, by name.</summary>
    public IReadOnlyDictionary<string, double> ToNumbers() =>
        Parts.Zip(Parts.Select(part => part.Value).ReadScalars()).ToDictionary(part => part.First.Name, part => (double)part.Second);

    /// <summary>Hands all tensors to the dispose scope around the current one.</summary>
    public LossParts MoveToOuterDisposeScope()
    {
        foreach (var (_, value) in Parts) value.MoveToOuterDisposeScope();
        Total.MoveToOuterDisposeScope();
        return this;
    }
}
