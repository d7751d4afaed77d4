using static TorchSharp.torch;

namespace SparseAudio.Signal;

/// <summary>
/// Matrix products that throw where the shapes do not fit. TorchSharp's <c>matmul</c> ends the process instead: of all its products it
/// alone passes the exception of the native library on.
/// </summary>
internal static class MatrixProducts
{
    /// <summary>All rows times one matrix.</summary>
    /// <param name="rows">(…, n), at least two dimensions.</param>
    /// <param name="matrix">(n, m)</param>
    /// <returns>(…, m)</returns>
    public static Tensor Times(this Tensor rows, Tensor matrix)
    {
        var sizes = rows.shape;
        if (sizes.Length == 2) return rows.mm(matrix);
        using var scope = NewDisposeScope();
        return rows.reshape(-1, sizes[^1]).mm(matrix).view([.. sizes[..^1], -1]).MoveToOuterDisposeScope();
    }

    /// <summary>Every matrix times the one of the same place.</summary>
    /// <param name="left">(…, r, n), at least three dimensions.</param>
    /// <param name="right">(…, n, m), of the same leading dimensions.</param>
    /// <returns>(…, r, m)</returns>
    public static Tensor TimesEach(this Tensor left, Tensor right)
    {
        var sizes = left.shape;
        if (sizes.Length == 3) return left.bmm(right);
        using var scope = NewDisposeScope();
        Tensor product = left.flatten(0, -3).bmm(right.flatten(0, -3));
        return product.view([.. sizes[..^1], -1]).MoveToOuterDisposeScope();
    }
}
