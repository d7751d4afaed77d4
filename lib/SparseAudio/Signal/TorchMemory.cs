using static TorchSharp.torch;

namespace SparseAudio.Signal;

/// <summary>Numbers of .NET arrays in memory that torch allocated, and back.</summary>
internal static class TorchMemory
{
    /// <summary>
    /// Moves a tensor that was made of a .NET array. TorchSharp leaves its numbers on the .NET heap, where they are aligned
    /// one way in this run and another way in the next, and the matrix products of libtorch round accordingly.
    /// </summary>
    /// <param name="ofArray">The tensor, of any shape; it is disposed.</param>
    /// <param name="device">Where the numbers shall be.</param>
    /// <returns>The same numbers in the same shape.</returns>
    public static Tensor IntoTorchMemory(this Tensor ofArray, Device device)
    {
        using (ofArray) return empty(ofArray.shape, ofArray.dtype, device).copy_(ofArray);
    }

    /// <summary>Reads single numbers all at once: each reading by itself makes the program wait until a GPU has done its work.</summary>
    /// <param name="scalars">Float32 tensors without dimensions, on one device.</param>
    /// <returns>One number a tensor, in their order.</returns>
    public static float[] ReadScalars(this IEnumerable<Tensor> scalars)
    {
        using var scope = NewDisposeScope();
        Tensor[] all = [.. scalars];
        return all.Length == 0 ? [] : stack(all).detach().cpu().data<float>().ToArray();
    }
}
