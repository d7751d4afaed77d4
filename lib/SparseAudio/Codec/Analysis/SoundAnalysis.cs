using static TorchSharp.torch;

namespace SparseAudio.Codec.Analysis;

/// <summary>Measures of a sound by itself: energy, decay, brightness, pitch.</summary>
internal static class SoundAnalysis
{
    private const int EnvelopeFrame = 256;
    private const double DecayDecibels = 60;
    private const double LongestDecay = 60;
    private const double LowestHz = 30;
    private const double HighestHz = 4400;
    private const double GoodEnough = 0.9;
    private const double LeastConfidence = 0.3;

    /// <summary>Power spectra of sounds, and their autocorrelations without wrapping around.</summary>
    /// <param name="sounds">(rows, samples)</param>
    /// <param name="lags">How many lags are wanted, at most the samples.</param>
    /// <returns>(rows, samples + 1) and (rows, lags), on the CPU.</returns>
    public static (Tensor Power, Tensor Lags) Autocorrelation(Tensor sounds, long lags)
    {
        using var scope = NewDisposeScope();
        var length = 2 * sounds.shape[1];
        var spectrum = fft.rfft(sounds, length);
        var power = (spectrum * spectrum.conj()).real;
        var correlation = fft.irfft(power, length).narrow(1, 0, Math.Min(lags, sounds.shape[1]));
        return (power.cpu().contiguous().MoveToOuterDisposeScope(), correlation.cpu().contiguous().MoveToOuterDisposeScope());
    }

    /// <summary>The sum of the squared samples.</summary>
    public static double Energy(ReadOnlySpan<float> samples)
    {
        var energy = 0.0;
        foreach (var sample in samples) energy += (double)sample * sample;
        return energy;
    }

    /// <summary>
    /// The time from the loudest moment until the sound stays 60 dB below it, in seconds; where it ends before that, the time
    /// at which a line through its decibels reaches that level.
    /// </summary>
    public static double Decay(ReadOnlySpan<float> samples, int sampleRate)
    {
        var frames = samples.Length / EnvelopeFrame;
        var decibels = new double[frames];
        for (var i = 0; i < frames; i++) decibels[i] = 10 * Math.Log10(Energy(samples.Slice(i * EnvelopeFrame, EnvelopeFrame)) + 1e-30);
        var loudest = Array.IndexOf(decibels, decibels.Max());
        var last = Array.FindLastIndex(decibels, d => d > decibels[loudest] - DecayDecibels);
        var seconds = (double)EnvelopeFrame / sampleRate;
        if (last < frames - 1 || frames - loudest < 3) return (last - loudest + 1) * seconds;
        var slope = Slope(decibels.AsSpan(loudest));
        return slope >= 0 ? LongestDecay : Math.Min(LongestDecay, -DecayDecibels / slope * seconds);
    }

    /// <summary>The mean frequency of a power spectrum, weighted by power, in Hz.</summary>
    /// <param name="power">From 0 Hz to half the sample rate.</param>
    /// <param name="sampleRate">Samples per second.</param>
    public static double Centroid(ReadOnlySpan<float> power, int sampleRate)
    {
        double weighted = 0, sum = 0;
        for (var i = 0; i < power.Length; i++)
        {
            weighted += (double)power[i] * i;
            sum += power[i];
        }

        return sum > 0 ? weighted / sum * sampleRate / 2 / (power.Length - 1) : 0;
    }

    /// <summary>
    /// The fundamental in Hz from the autocorrelation: the first peak that is nearly as high as the highest, refined at its
    /// multiples. The height of the highest peak is the confidence; null where it is low.
    /// </summary>
    /// <param name="autocorrelation">By lag, from 0.</param>
    /// <param name="sampleRate">Samples per second.</param>
    public static (double? Hz, double Confidence) Fundamental(ReadOnlySpan<float> autocorrelation, int sampleRate)
    {
        var shortest = (int)(sampleRate / HighestHz);
        var longest = Math.Min(autocorrelation.Length - 2, (int)(sampleRate / LowestHz));
        if (autocorrelation[0] <= 0) return (null, 0);
        var highest = 0.0;
        for (var lag = shortest; lag <= longest; lag++)
        {
            if (IsPeak(autocorrelation, lag)) highest = Math.Max(highest, Top(autocorrelation, lag).Height);
        }

        var first = shortest;
        while (first <= longest && !(IsPeak(autocorrelation, first) && Top(autocorrelation, first).Height >= GoodEnough * highest)) first++;
        var confidence = Math.Clamp(highest / autocorrelation[0], 0, 1);
        if (first > longest || confidence < LeastConfidence) return (null, confidence);
        return (sampleRate / Refine(autocorrelation, first, longest), confidence);
    }

    // The n-th multiple of the period gives it n times as precisely.
    private static double Refine(ReadOnlySpan<float> autocorrelation, int first, int longest)
    {
        var period = Top(autocorrelation, first).At;
        for (var multiple = 2; period * multiple < longest; multiple *= 2)
        {
            var lag = (int)Math.Round(period * multiple);
            if (!IsPeak(autocorrelation, lag)) lag += IsPeak(autocorrelation, lag + 1) ? 1 : -1;
            if (!IsPeak(autocorrelation, lag)) break;
            period = Top(autocorrelation, lag).At / multiple;
        }

        return period;
    }

    private static bool IsPeak(ReadOnlySpan<float> values, int at) =>
        at > 0 && at < values.Length - 1 && values[at] > values[at - 1] && values[at] >= values[at + 1];

    // The top of the parabola through three neighbours.
    private static (double At, double Height) Top(ReadOnlySpan<float> values, int at)
    {
        double left = values[at - 1], middle = values[at], right = values[at + 1];
        var bend = left - 2 * middle + right;
        if (bend >= 0) return (at, middle);
        var shift = 0.5 * (left - right) / bend;
        return (at + shift, middle - 0.25 * (left - right) * shift);
    }

    private static double Slope(ReadOnlySpan<double> values)
    {
        double mean = 0, middle = (values.Length - 1) / 2.0, products = 0, squares = 0;
        foreach (var value in values) mean += value / values.Length;
        for (var i = 0; i < values.Length; i++)
        {
            products += (i - middle) * (values[i] - mean);
            squares += (i - middle) * (i - middle);
        }

        return products / squares;
    }
}
