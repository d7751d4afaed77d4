namespace SparseAudio.Evaluation;

/// <summary>How close a rebuilt sound is to its original, by every measure of the evaluation table.</summary>
/// <param name="SpectralConvergence">See <see cref="MultiResolutionDistance.SpectralConvergence"/>; lower is closer.</param>
/// <param name="LogMagnitude">See <see cref="MultiResolutionDistance.LogMagnitude"/>, nepers; lower is closer.</param>
/// <param name="LogMel">Mean |difference| of 128 log-mel bands (window 2048, hop 512), nepers; lower is closer.</param>
/// <param name="SiSdr">Scale-invariant signal-to-distortion ratio in dB, within ±<see cref="SiSdrLimit"/>; higher is closer.</param>
/// <param name="Chroma">Cosine between the energies of the twelve pitch classes (window 2048), 0 to 1, about 0.4 by chance; higher is closer.</param>
public sealed record AudioMetrics(double SpectralConvergence, double LogMagnitude, double LogMel, double SiSdr, double Chroma)
{
    /// <summary>Bound of <see cref="SiSdr"/> in dB: equal sounds and sounds with nothing in common would be infinite.</summary>
    public const double SiSdrLimit = 100;

    private const int Window = 2048;
    private const int Hop = 512;

    /// <summary>Multi-resolution distance: <see cref="SpectralConvergence"/> plus <see cref="LogMagnitude"/>.</summary>
    public double MultiResolution => SpectralConvergence + LogMagnitude;

    /// <summary>Measures <paramref name="estimate"/> against <paramref name="reference"/>, both at the reference's peak level.</summary>
    /// <param name="reference">The original, at least 1025 samples.</param>
    /// <param name="estimate">The rebuilt sound, of the same length.</param>
    /// <param name="sampleRate">Samples per second of both.</param>
    /// <exception cref="ArgumentException">The lengths differ or are too short.</exception>
    public static AudioMetrics Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate, int sampleRate = 22050)
    {
        var distance = MultiResolutionDistance.Between(reference, estimate);
        var (x, y) = ComparedSounds.AtReferencePeak(reference, estimate);
        var a = AmplitudeSpectrogram.Compute(x, Window, Hop);
        var b = AmplitudeSpectrogram.Compute(y, Window, Hop);
        return new(
            distance.SpectralConvergence,
            distance.LogMagnitude,
            MelBands.LogDistance(a, b, sampleRate),
            ScaleInvariantRatio(x, y),
            PitchClasses.Similarity(a, b, sampleRate));
    }

    /// <summary><see cref="LogMel"/> alone, which takes a fraction of the time of <see cref="Compare"/>.</summary>
    /// <param name="reference">The original, at least 1025 samples.</param>
    /// <param name="estimate">The rebuilt sound, of the same length.</param>
    /// <param name="sampleRate">Samples per second of both.</param>
    /// <exception cref="ArgumentException">The lengths differ or are too short.</exception>
    public static double LogMelDistance(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate, int sampleRate = 22050)
    {
        var (x, y) = ComparedSounds.AtReferencePeak(reference, estimate);
        return MelBands.LogDistance(AmplitudeSpectrogram.Compute(x, Window, Hop), AmplitudeSpectrogram.Compute(y, Window, Hop), sampleRate);
    }

    private static double ScaleInvariantRatio(float[] reference, float[] estimate)
    {
        double cross = 0, energy = 0, total = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            cross += (double)reference[i] * estimate[i];
            energy += (double)reference[i] * reference[i];
            total += (double)estimate[i] * estimate[i];
        }

        var explained = energy > 0 ? cross * cross / energy : 0;
        var rest = Math.Max(total - explained, 0);
        if (explained <= 0)
            return -SiSdrLimit;

        return rest <= 0 ? SiSdrLimit : Math.Clamp(10 * Math.Log10(explained / rest), -SiSdrLimit, SiSdrLimit);
    }
}

/// <summary>The common preparation of every comparison: equal lengths, and the reference's peak at 1.</summary>
internal static class ComparedSounds
{
    /// <summary>Both sounds divided by the peak of the reference (a silent reference is left as it is).</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static (float[] Reference, float[] Estimate) AtReferencePeak(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        if (reference.Length != estimate.Length)
        {
            throw new ArgumentException(
                $"The reference has {reference.Length} samples and the estimate {estimate.Length}: cut them to the same length.", nameof(estimate));
        }

        var peak = 0f;
        foreach (var sample in reference)
            peak = Math.Max(peak, Math.Abs(sample));

        var scale = peak > 0 ? 1 / peak : 1;
        return (Scaled(reference, scale), Scaled(estimate, scale));
    }

    private static float[] Scaled(ReadOnlySpan<float> samples, float scale)
    {
        var result = new float[samples.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = samples[i] * scale;

        return result;
    }
}

/// <summary>How far two sounds are apart in short-time spectra of 512, 1024 and 2048 samples (hop: a quarter), averaged over the three.</summary>
/// <param name="SpectralConvergence">‖|X| − |Y|‖ / ‖|X|‖ over all frames and bins: 0 for equal magnitudes, 1 for silence.</param>
/// <param name="LogMagnitude">Mean |ln|X| − ln|Y|| in nepers, both floored at <see cref="Floor"/>.</param>
public readonly record struct MultiResolutionDistance(double SpectralConvergence, double LogMagnitude)
{
    /// <summary>Magnitudes below this fraction of a full-scale sine count as silent.</summary>
    public const double Floor = 1e-4;

    private static readonly int[] _windows = [512, 1024, 2048];

    /// <summary>The two parts added.</summary>
    public double Total => SpectralConvergence + LogMagnitude;

    /// <summary>
    /// Compares two sounds of equal length, both divided by the reference's peak so that the floor means the same for every recording.
    /// </summary>
    /// <param name="reference">The original, at least 1025 samples.</param>
    /// <param name="estimate">The rebuilt sound, of the same length.</param>
    /// <exception cref="ArgumentException">The lengths differ or are too short.</exception>
    public static MultiResolutionDistance Between(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        var (x, y) = ComparedSounds.AtReferencePeak(reference, estimate);
        double convergence = 0, logMagnitude = 0;
        foreach (var window in _windows)
        {
            var a = AmplitudeSpectrogram.Compute(x, window, window / 4).Values;
            var b = AmplitudeSpectrogram.Compute(y, window, window / 4).Values;
            double difference = 0, energy = 0, log = 0;
            for (var i = 0; i < a.Length; i++)
            {
                difference += (a[i] - b[i]) * (a[i] - b[i]);
                energy += a[i] * a[i];
                log += Math.Abs(Math.Log(Math.Max(a[i], Floor)) - Math.Log(Math.Max(b[i], Floor)));
            }

            convergence += Math.Sqrt(difference / Math.Max(energy, double.Epsilon));
            logMagnitude += log / a.Length;
        }

        return new(convergence / _windows.Length, logMagnitude / _windows.Length);
    }
}

/// <summary>Triangular bands of peak 1, evenly spaced on the mel scale 2595 log10(1 + f/700) from 0 Hz to half the sample rate.</summary>
internal static class MelBands
{
    private const int Bands = 128;

    /// <summary>Mean |ln A − ln B| over all bands and frames, band magnitudes floored at <see cref="MultiResolutionDistance.Floor"/>.</summary>
    public static double LogDistance(AmplitudeSpectrogram a, AmplitudeSpectrogram b, int sampleRate)
    {
        var bands = Triangles(a.Window, sampleRate);
        double sum = 0;
        for (var frame = 0; frame < a.Frames; frame++)
        {
            var x = a.Frame(frame);
            var y = b.Frame(frame);
            foreach (var (first, weights) in bands)
                sum += Math.Abs(LogLevel(x, first, weights) - LogLevel(y, first, weights));
        }

        return sum / (a.Frames * Bands);
    }

    private static double LogLevel(ReadOnlySpan<double> magnitudes, int first, double[] weights)
    {
        double level = 0;
        for (var i = 0; i < weights.Length; i++)
            level += weights[i] * magnitudes[first + i];

        return Math.Log(Math.Max(level, MultiResolutionDistance.Floor));
    }

    private static (int First, double[] Weights)[] Triangles(int window, int sampleRate)
    {
        var top = 2595 * Math.Log10(1 + (sampleRate / 2.0 / 700));
        double Edge(int i) => 700 * (Math.Pow(10, top * i / (Bands + 1) / 2595) - 1);
        var result = new (int, double[])[Bands];
        for (var band = 0; band < Bands; band++)
        {
            var (low, centre, high) = (Edge(band), Edge(band + 1), Edge(band + 2));
            var first = (int)Math.Ceiling(low * window / sampleRate);
            var last = Math.Min((int)Math.Floor(high * window / sampleRate), window / 2);
            var weights = new double[Math.Max(last - first + 1, 0)];
            for (var i = 0; i < weights.Length; i++)
            {
                var frequency = (double)(first + i) * sampleRate / window;
                weights[i] = Math.Max(Math.Min((frequency - low) / (centre - low), (high - frequency) / (high - centre)), 0);
            }

            result[band] = (first, weights);
        }

        return result;
    }
}

/// <summary>The energy of the twelve pitch classes (A = 440 Hz), from bins between 60 and 5000 Hz.</summary>
internal static class PitchClasses
{
    private const int Classes = 12;
    private const double Lowest = 60;
    private const double Highest = 5000;

    /// <summary>
    /// Cosine between the two sounds' twelve energies over all frames; two silent sounds agree fully, a silent and a sounding one not at
    /// all.
    /// </summary>
    public static double Similarity(AmplitudeSpectrogram a, AmplitudeSpectrogram b, int sampleRate)
    {
        var classOfBin = ClassOfBin(a, sampleRate);
        return Cosine(Energies(a, classOfBin), Energies(b, classOfBin));
    }

    private static int[] ClassOfBin(AmplitudeSpectrogram spectrogram, int sampleRate)
    {
        var classes = new int[spectrogram.Bins];
        for (var bin = 0; bin < classes.Length; bin++)
        {
            var frequency = (double)bin * sampleRate / spectrogram.Window;
            var semitone = (int)Math.Round(Classes * Math.Log2(Math.Max(frequency, 1) / 440));
            classes[bin] = frequency is > Lowest and < Highest ? ((semitone % Classes) + Classes) % Classes : -1;
        }

        return classes;
    }

    private static double[] Energies(AmplitudeSpectrogram spectrogram, int[] classOfBin)
    {
        var energies = new double[Classes];
        for (var frame = 0; frame < spectrogram.Frames; frame++)
        {
            var magnitudes = spectrogram.Frame(frame);
            for (var bin = 0; bin < classOfBin.Length; bin++)
            {
                if (classOfBin[bin] >= 0)
                    energies[classOfBin[bin]] += magnitudes[bin] * magnitudes[bin];
            }
        }

        return energies;
    }

    private static double Cosine(double[] a, double[] b)
    {
        double cross = 0, x = 0, y = 0;
        for (var i = 0; i < a.Length; i++)
        {
            cross += a[i] * b[i];
            x += a[i] * a[i];
            y += b[i] * b[i];
        }

        if (x <= 0 || y <= 0)
            return x <= 0 && y <= 0 ? 1 : 0;

        return cross / Math.Sqrt(x * y);
    }
}
