using static TorchSharp.torch;

namespace SparseAudio.Signal;

/// <summary>Linear convolution by multiplication of spectra.</summary>
public static class FftConvolution
{
    private static readonly long[] _factors = [1, 3, 5, 9, 15];

    /// <summary>The start of the linear convolution of two signals.</summary>
    /// <param name="a">(…, samplesA)</param>
    /// <param name="b">(…, samplesB); the leading dimensions broadcast against those of <paramref name="a"/>.</param>
    /// <param name="length">How many samples of the result are wanted.</param>
    /// <returns>(…, length)</returns>
    public static Tensor Convolve(Tensor a, Tensor b, long length)
    {
        a.RequireReal([TensorGuard.Leading, TensorGuard.Any]);
        b.RequireReal([TensorGuard.Leading, TensorGuard.Any], like: a);
        b.RequireBroadcast(a, except: 1);
        using var scope = NewDisposeScope();
        var size = TransformLength(a.shape[^1] + b.shape[^1] - 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, size);
        var spectrum = fft.rfft(a, size) * fft.rfft(b, size);
        return fft.irfft(spectrum, size).narrow(-1, 0, length).MoveToOuterDisposeScope();
    }

    /// <summary>The sum over signals of the convolutions of pairs, at the price of one inverse transform.</summary>
    /// <param name="a">(batch, signals, samplesA)</param>
    /// <param name="b">(batch, signals, samplesB)</param>
    /// <param name="length">How many samples of the result are wanted.</param>
    /// <returns>(batch, 1, length)</returns>
    public static Tensor ConvolveSum(Tensor a, Tensor b, long length)
    {
        a.RequireReal([TensorGuard.Any, TensorGuard.Any, TensorGuard.Any]);
        b.RequireReal([a.shape[0], a.shape[1], TensorGuard.Any], like: a);
        using var scope = NewDisposeScope();
        var size = TransformLength(a.shape[^1] + b.shape[^1] - 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, size);
        var spectrum = (fft.rfft(a, size) * fft.rfft(b, size)).sum(1, true);
        return fft.irfft(spectrum, size).narrow(-1, 0, length).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The shortest length of the form 2^n, 3·2^n, 5·2^n, 9·2^n or 15·2^n that holds <paramref name="samples"/>: a
    /// convolution of that many samples does not wrap, and the transform is a fast one.
    /// </summary>
    /// <param name="samples">At least 1.</param>
    public static long TransformLength(long samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        var best = long.MaxValue;
        foreach (var factor in _factors)
        {
            // An even length keeps the real transforms' spectra at size / 2 + 1 bins.
            var length = factor * 2;
            while (length < samples) length *= 2;
            best = Math.Min(best, length);
        }
        return best;
    }
}

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
        var product = left.flatten(0, -3).bmm(right.flatten(0, -3));
        return product.view([.. sizes[..^1], -1]).MoveToOuterDisposeScope();
    }
}
