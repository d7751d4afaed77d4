using static TorchSharp.torch;

namespace SparseAudio.Parity;

/// <summary>The forms in which the published code keeps its events.</summary>
internal static class GoldenCode
{
    /// <summary>One row for each event, zero but for its value at its position.</summary>
    /// <param name="positions">(batch, events) int64</param>
    /// <param name="values">(batch, events)</param>
    /// <param name="width">Length of a row.</param>
    /// <returns>(batch, events, width)</returns>
    public static Tensor Rows(Tensor positions, Tensor values, long width)
    {
        using var scope = NewDisposeScope();
        var rows = zeros(positions.shape[0], positions.shape[1], width, device: values.device);
        return rows.scatter_add(2, positions.unsqueeze(2), values.unsqueeze(2)).MoveToOuterDisposeScope();
    }
}
