using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>Judges tensors by their numbers.</summary>
internal static class Numbers
{
    /// <summary>Whether a tensor is free of NaN and infinity.</summary>
    public static bool AllFinite(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.isfinite().all().item<bool>();
    }

    /// <summary>The Euclidean norm of all gradients together; NaN or infinite as soon as one of their numbers is.</summary>
    /// <param name="gradients">Gradients of any shapes; null where there is none.</param>
    public static double Norm(IEnumerable<Tensor?> gradients)
    {
        using var scope = NewDisposeScope();
        return Math.Sqrt(gradients.OfType<Tensor>().Select(gradient => gradient.norm()).ReadScalars().Sum(norm => (double)norm * norm));
    }
}
