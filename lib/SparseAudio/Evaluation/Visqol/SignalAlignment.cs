using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Evaluation.Visqol;

/// <summary>Puts a rebuilt sound where its original is: by the lag at which their envelopes correlate best.</summary>
internal static class SignalAlignment
{
    /// <summary>Moves the rebuilt sound: what comes before the original is cut off, what is missing before it is silence.</summary>
    /// <returns>The moved sound, and by how many samples it came too early (or, negative, too late); 0 where it stayed.</returns>
    public static (double[] Degraded, int Lag) Align(double[] reference, double[] degraded)
    {
        var lag = Lag(Envelope(reference), Envelope(degraded));
        var isUseless = lag == 0 || Math.Abs(lag) > reference.Length / 2.0 || -lag >= degraded.Length - GammatoneSpectrogram.Window;
        if (isUseless) return (degraded, 0);
        return (lag < 0 ? degraded[-lag..] : [.. new double[lag], .. degraded], lag);
    }

    /// <summary>Moves the rebuilt sound, and cuts both to what they have in common.</summary>
    public static (double[] Reference, double[] Degraded) AlignAndCut(double[] reference, double[] degraded)
    {
        var (moved, lag) = Align(reference, degraded);
        if (reference.Length > moved.Length) return (reference[..moved.Length], moved);
        if (reference.Length == moved.Length) return (reference, moved);
        // The published program goes through seconds here, which may lose a sample.
        var start = Math.Max(0, (int)((double)lag / VisqolScore.SampleRate * VisqolScore.SampleRate));
        return (reference[start..], moved[start..reference.Length]);
    }

    // The published program means the magnitude of the analytic signal; its inverse transform is real, and so this is what it computes:
    // twice the signal without its mean and without what lies at half the sample rate of a transform of a power of two.
    private static double[] Envelope(double[] signal)
    {
        var mean = signal.Average();
        var length = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(32, signal.Length));
        var (sum, alternating) = (0.0, 0.0);
        for (var i = 0; i < signal.Length; i++)
        {
            sum += signal[i] - mean;
            alternating += (i % 2 == 0 ? 1 : -1) * (signal[i] - mean);
        }

        var envelope = new double[signal.Length];
        for (var i = 0; i < signal.Length; i++)
        {
            var rest = sum / length + 2 * (i % 2 == 0 ? 1 : -1) * alternating / length;
            envelope[i] = Math.Abs(2 * (signal[i] - mean) - rest) + mean;
        }

        return envelope;
    }

    // The lag of the highest correlation, of equals the lowest.
    private static int Lag(double[] reference, double[] degraded)
    {
        using var scope = NewDisposeScope();
        var most = Math.Max(reference.Length, degraded.Length) - 1;
        var points = 1L << (64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)(2L * (most + 1) - 1)));
        Tensor Spectrum(double[] signal) => fft.rfft(tensor(signal, device: CPU).IntoTorchMemory(CPU), points);
        var correlation = fft.irfft(Spectrum(reference) * Spectrum(degraded).conj(), points);
        var lags = most == 0 ? correlation.narrow(0, 0, 1) : cat([correlation.narrow(0, points - most, most), correlation.narrow(0, 0, most + 1)]);
        return (int)(lags.argmax().item<long>() - most);
    }
}
