using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseAudio.Signal;

/// <summary>
/// Refuses tensors that a caller must not hand in, by the name of the parameter. Torch would refuse most of them too, from inside of
/// some operator, but TorchSharp does not check all operators: <c>matmul</c> with the wrong shapes ends the process.
/// </summary>
internal static class TensorGuard
{
    /// <summary>In a shape: any size from 1 on.</summary>
    public const long Any = -1;

    /// <summary>At the start of a shape: any number of dimensions, none included.</summary>
    public const long Leading = -2;

    /// <summary>Requires real numbers of single or double precision.</summary>
    /// <param name="tensor">What the caller handed in.</param>
    /// <param name="shape">Its shape; sizes may be <see cref="Any"/>, and the first may be <see cref="Leading"/>.</param>
    /// <param name="like">A tensor of the same type on the same device; null: any type of the two, any device.</param>
    /// <param name="name">The parameter.</param>
    /// <returns>The same tensor.</returns>
    /// <exception cref="ArgumentException">The tensor has another shape or type, or is on another device.</exception>
    public static Tensor RequireReal(
        [NotNull] this Tensor? tensor, ReadOnlySpan<long> shape, Tensor? like = null, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        var type = tensor.dtype;
        if (like is null ? type is not (ScalarType.Float32 or ScalarType.Float64) : type != like.dtype)
            ThrowType(type, like is null ? "Float32 or Float64" : like.dtype.ToString(), name);

        RequireDevice(tensor, like, name);
        RequireShape(tensor, shape, name);
        return tensor;
    }

    /// <summary>Requires int64 numbers, such as channels and frames.</summary>
    /// <param name="tensor">What the caller handed in.</param>
    /// <param name="shape">Its shape; sizes may be <see cref="Any"/>, and the first may be <see cref="Leading"/>.</param>
    /// <param name="like">A tensor on the same device; null: any device.</param>
    /// <param name="name">The parameter.</param>
    /// <returns>The same tensor.</returns>
    /// <exception cref="ArgumentException">The tensor has another shape or type, or is on another device.</exception>
    public static Tensor RequireIndices(
        [NotNull] this Tensor? tensor, ReadOnlySpan<long> shape, Tensor? like = null, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.dtype != ScalarType.Int64) ThrowType(tensor.dtype, "Int64", name);
        RequireDevice(tensor, like, name);
        RequireShape(tensor, shape, name);
        return tensor;
    }

    /// <summary>Requires leading dimensions that broadcast against those of another tensor.</summary>
    /// <param name="tensor">What the caller handed in.</param>
    /// <param name="other">The other tensor.</param>
    /// <param name="except">How many dimensions at the end do not count.</param>
    /// <param name="name">The parameter.</param>
    /// <exception cref="ArgumentException">In some dimension the sizes differ, and neither is 1.</exception>
    public static void RequireBroadcast(this Tensor tensor, Tensor other, int except = 0, [CallerArgumentExpression(nameof(tensor))] string name = "")
    {
        ReadOnlySpan<long> sizes = tensor.shape, others = other.shape;
        for (var back = except + 1; back <= Math.Min(sizes.Length, others.Length); back++)
        {
            if (sizes[^back] != others[^back] && sizes[^back] != 1 && others[^back] != 1)
                throw new ArgumentException($"The shape {Describe(sizes)} does not broadcast against {Describe(others)}.", name);
        }
    }

    // A tensor of the device "meta" has a shape but no numbers.
    private static void RequireDevice(Tensor tensor, Tensor? like, string name)
    {
        if (tensor.device_type == DeviceType.META)
            throw new ArgumentException("The tensor has no numbers: it is on the device 'meta'.", name);

        if (like is not null && (tensor.device_type != like.device_type || tensor.device_index != like.device_index))
            throw new ArgumentException($"The tensor must be on the device '{like.device}', not '{tensor.device}'.", name);
    }

    private static void RequireShape(Tensor tensor, ReadOnlySpan<long> shape, string name)
    {
        ReadOnlySpan<long> sizes = tensor.shape;
        var wanted = shape;
        var checkedSizes = sizes;
        if (wanted is [Leading, ..])
        {
            wanted = wanted[1..];
            if (sizes.Length >= wanted.Length) checkedSizes = sizes[^wanted.Length..];
        }

        var fits = checkedSizes.Length == wanted.Length && !sizes.Contains(0);
        for (var i = 0; fits && i < wanted.Length; i++)
            fits = wanted[i] == Any || checkedSizes[i] == wanted[i];

        if (!fits) ThrowShape(sizes, shape, name);
    }

    [DoesNotReturn]
    private static void ThrowType(ScalarType type, string wanted, string name) =>
        throw new ArgumentException($"The tensor's type must be {wanted}, not {type}.", name);

    [DoesNotReturn]
    private static void ThrowShape(ReadOnlySpan<long> sizes, ReadOnlySpan<long> wanted, string name) =>
        throw new ArgumentException($"The tensor must have the shape {Describe(wanted)}, not {Describe(sizes)}.", name);

    private static string Describe(ReadOnlySpan<long> shape)
    {
        var sizes = new string[shape.Length];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = shape[i] switch { Any => "any", Leading => "…", var size => $"{size}" };

        return $"({string.Join(", ", sizes)})";
    }
}

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
