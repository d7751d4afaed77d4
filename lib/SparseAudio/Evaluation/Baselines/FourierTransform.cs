using System.Numerics;

namespace SparseAudio.Evaluation.Baselines;

/// <summary>In-place radix-2 Fourier transform of one power-of-two length, in double precision and without torch.</summary>
/// <remarks>
/// Matching pursuit transforms a few short windows after each atom, for which a call of torch's would cost more than the transform.
/// </remarks>
internal sealed class FourierTransform
{
    private readonly Complex[] _twiddles;
    private readonly int[] _reversed;

    /// <summary>Prepares tables for transforms of <paramref name="length"/> points.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not a power of two of at least 2.</exception>
    public FourierTransform(int length)
    {
        if (length < 2 || !BitOperations.IsPow2(length))
            throw new ArgumentOutOfRangeException(nameof(length), length, "A transform length must be a power of two of at least 2.");

        Length = length;
        _twiddles = new Complex[length / 2];
        for (var k = 0; k < _twiddles.Length; k++)
            _twiddles[k] = Complex.FromPolarCoordinates(1, -2 * Math.PI * k / length);

        _reversed = new int[length];
        for (var i = 1; i < length; i++)
            _reversed[i] = (_reversed[i >> 1] >> 1) | ((i & 1) == 1 ? length >> 1 : 0);
    }

    /// <summary>Number of points.</summary>
    public int Length { get; }

    /// <summary>Replaces <paramref name="values"/> (<see cref="Length"/> points) by its unscaled transform.</summary>
    public void Forward(Span<Complex> values)
    {
        for (var i = 0; i < Length; i++)
        {
            var j = _reversed[i];
            if (j > i)
                (values[i], values[j]) = (values[j], values[i]);
        }

        for (var half = 1; half < Length; half <<= 1)
        {
            var stride = Length / (2 * half);
            for (var start = 0; start < Length; start += 2 * half)
            {
                for (var k = 0; k < half; k++)
                {
                    var odd = values[start + half + k] * _twiddles[k * stride];
                    var even = values[start + k];
                    values[start + k] = even + odd;
                    values[start + half + k] = even - odd;
                }
            }
        }
    }

    /// <summary>Undoes <see cref="Forward"/>, scale included.</summary>
    public void Inverse(Span<Complex> values)
    {
        for (var i = 0; i < Length; i++)
            values[i] = Complex.Conjugate(values[i]);

        Forward(values);
        for (var i = 0; i < Length; i++)
            values[i] = Complex.Conjugate(values[i]) / Length;
    }
}
