namespace SparseAudio.Evaluation;

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

    /// <summary>Compares two sounds of equal length, both divided by the reference's peak so that the floor means the same for every recording.</summary>
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
