using System.Numerics;

namespace SparseAudio.Audio;

/// <summary>
/// Changes the sample rate with a Kaiser-windowed sinc low-pass. Every output sample depends only on the input around
/// its own place, so any part of a recording can be resampled on its own and matches the same part of the whole.
/// </summary>
/// <remarks>
/// The stop band begins at half the lower of the two rates and lies about 90 dB down; the pass band ends at 0.9 of that.
/// </remarks>
public sealed class Resampler
{
    private const double TransitionWidth = 0.1;
    // Kaiser's design rules for 90 dB: the window's shape, and its half length times the width of the transition band.
    private const double KaiserBeta = 8.96;
    private const double KaiserHalfLength = 2.86;

    // Ratios with more phases than this are rounded to a grid and interpolated linearly between neighbouring filters.
    private const int MaxPhases = 512;

    private readonly long _inStep;
    private readonly long _outStep;
    private readonly int _phases;
    private readonly double _cutoff;

    // One filter a phase, designed when the phase first occurs: a short clip at an odd rate needs few of them.
    private readonly float[]?[] _filters;

    /// <summary>Prepares a pair of rates.</summary>
    /// <param name="fromRate">Input samples a second.</param>
    /// <param name="toRate">Output samples a second.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is not positive.</exception>
    public Resampler(int fromRate, int toRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fromRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(toRate);
        var divisor = (int)BigInteger.GreatestCommonDivisor(fromRate, toRate);
        _inStep = fromRate / divisor;
        _outStep = toRate / divisor;
        _phases = (int)Math.Min(_outStep, MaxPhases);

        // In cycles per input sample: half the lower rate, and the middle of the transition band below it.
        var nyquist = 0.5 * Math.Min(1.0, (double)toRate / fromRate);
        _cutoff = nyquist * (1 - (TransitionWidth / 2));
        Reach = (int)Math.Ceiling(KaiserHalfLength / (TransitionWidth * nyquist));
        _filters = new float[_phases + 1][];
    }

    /// <summary>Input samples needed on either side of an output sample's place.</summary>
    public int Reach { get; }

    /// <summary>Resamples a whole signal; samples outside of it count as zero.</summary>
    /// <param name="samples">Input samples.</param>
    /// <param name="fromRate">Input samples a second.</param>
    /// <param name="toRate">Output samples a second.</param>
    public static float[] Resample(ReadOnlySpan<float> samples, int fromRate, int toRate)
    {
        if (fromRate == toRate)
            return samples.ToArray();

        var resampler = new Resampler(fromRate, toRate);
        var padded = new float[samples.Length + (2 * resampler.Reach)];
        samples.CopyTo(padded.AsSpan(resampler.Reach));
        var result = new float[resampler.OutputLength(samples.Length)];
        resampler.Process(padded, -resampler.Reach, 0, result);
        return result;
    }

    /// <summary>Output samples that an input of the given length makes.</summary>
    /// <param name="inputLength">Input samples.</param>
    public long OutputLength(long inputLength) => (long)(((Int128)inputLength * _outStep + _inStep - 1) / _inStep);

    /// <summary>The input samples [first, end) that a range of output samples depends on; may lie outside the signal.</summary>
    /// <param name="start">First output sample.</param>
    /// <param name="count">Output samples.</param>
    public (long First, long End) InputRange(long start, int count) =>
        (Place(start).Index - Reach + 1, Place(start + count - 1).Index + Reach + 1);

    /// <summary>Computes the output samples [start, start + output.Length).</summary>
    /// <param name="input">Input samples that cover <see cref="InputRange"/>.</param>
    /// <param name="inputStart">The place of <c>input[0]</c> in the signal.</param>
    /// <param name="start">First output sample.</param>
    /// <param name="output">Receives the output samples.</param>
    public void Process(ReadOnlySpan<float> input, long inputStart, long start, Span<float> output)
    {
        var taps = 2 * Reach;
        for (var i = 0; i < output.Length; i++)
        {
            var (index, remainder) = Place(start + i);
            var window = input.Slice((int)(index - Reach + 1 - inputStart), taps);
            var phase = (double)remainder * _phases / _outStep;
            var lower = (int)phase;
            var fraction = (float)(phase - lower);
            var value = Dot(window, Filter(lower));
            output[i] = fraction == 0 ? value : value + (fraction * (Dot(window, Filter(lower + 1)) - value));
        }
    }

    private static float Dot(ReadOnlySpan<float> window, ReadOnlySpan<float> filter)
    {
        var sums = Vector<float>.Zero;
        var i = 0;
        for (; i <= filter.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(window[i..]) * new Vector<float>(filter[i..]);

        var sum = Vector.Sum(sums);
        for (; i < filter.Length; i++)
            sum += window[i] * filter[i];

        return sum;
    }

    private (long Index, long Remainder) Place(long outputSample)
    {
        var (index, remainder) = Int128.DivRem((Int128)outputSample * _inStep, _outStep);
        return ((long)index, (long)remainder);
    }

    private float[] Filter(int phase) => _filters[phase] ??= Design((double)phase / _phases);

    private float[] Design(double phase)
    {
        var taps = new double[2 * Reach];
        for (var k = 0; k < taps.Length; k++)
        {
            var distance = k - Reach + 1 - phase;
            var edge = distance / Reach;
            var window = edge is <= -1 or >= 1 ? 0 : BesselI0(KaiserBeta * Math.Sqrt(1 - (edge * edge)));
            var angle = 2 * Math.PI * _cutoff * distance;
            taps[k] = window * (angle == 0 ? 1 : Math.Sin(angle) / angle);
        }

        var gain = 1 / taps.Sum();
        return Array.ConvertAll(taps, tap => (float)(tap * gain));
    }

    private static double BesselI0(double x)
    {
        var (sum, term) = (1.0, 1.0);
        for (var k = 1; term > sum * 1e-17; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }

        return sum;
    }
}
