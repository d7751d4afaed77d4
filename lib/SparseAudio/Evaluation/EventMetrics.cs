namespace SparseAudio.Evaluation;

/// <summary>How well the events of one segment share the work.</summary>
/// <param name="Explained">
/// For 1, 2, 4, … events and for all, those with the most energy first: the share of the reference's spectral energy that they
/// explain, 1 − Σ(|X| − |Y|)² / Σ|X|² (window 2048, hop 512), which asks for magnitudes only, because the code holds no phases.
/// </param>
/// <param name="Redundancy">
/// Mean over the events of the largest cosine between its magnitude spectrogram and that of an event with more energy.
/// </param>
/// <param name="Dead">Share of events more than 60 dB below the one with the most energy.</param>
/// <param name="Duplicates">
/// Share of events whose magnitude spectrogram has a cosine above <see cref="DuplicateCosine"/> with that of an event with more energy.
/// </param>
public sealed record EventMetrics(IReadOnlyList<(int Events, double Share)> Explained, double Redundancy, double Dead, double Duplicates)
{
    /// <summary>Events more alike than this are one event twice.</summary>
    public const double DuplicateCosine = 0.98;

    private const double DeadEnergy = 1e-6;

    /// <summary>Measures the events of a segment.</summary>
    /// <param name="reference">The original.</param>
    /// <param name="events">Every event alone, each as long as the original; at least one.</param>
    /// <exception cref="ArgumentException">There are no events, or one has another length than the reference.</exception>
    public static EventMetrics Measure(ReadOnlySpan<float> reference, IReadOnlyList<float[]> events)
    {
        if (events.Count == 0) throw new ArgumentException("There must be at least one event.", nameof(events));
        foreach (var sound in events)
        {
            if (sound.Length != reference.Length)
                throw new ArgumentException(
                    $"An event has {sound.Length} samples and the reference {reference.Length}: they must be of one length.", nameof(events));
        }

        var ordered = events.OrderByDescending(Energy).ToArray();
        var energies = ordered.Select(Energy).ToArray();
        var likeness = Likeness(ordered);
        return new(
            Curve(reference, ordered),
            likeness.Length == 0 ? 0 : likeness.Average(),
            energies.Count(energy => energy <= DeadEnergy * energies[0]) / (double)events.Count,
            likeness.Count(cosine => cosine > DuplicateCosine) / (double)events.Count);
    }

    private static double Energy(float[] samples) => samples.Sum(sample => (double)sample * sample);

    private static (int Events, double Share)[] Curve(ReadOnlySpan<float> reference, float[][] events)
    {
        var target = AmplitudeSpectrogram.Compute(reference, 2048, 512).Values;
        var sum = new float[reference.Length];
        var curve = new List<(int, double)>();
        for (var count = 1; count <= events.Length; count++)
        {
            for (var i = 0; i < sum.Length; i++) sum[i] += events[count - 1][i];
            if (count != events.Length && !int.IsPow2(count)) continue;
            var rebuilt = AmplitudeSpectrogram.Compute(sum, 2048, 512).Values;
            double missed = 0, whole = 0;
            for (var i = 0; i < target.Length; i++)
            {
                missed += (target[i] - rebuilt[i]) * (target[i] - rebuilt[i]);
                whole += target[i] * target[i];
            }

            curve.Add((count, 1 - (missed / Math.Max(whole, double.Epsilon))));
        }

        return [.. curve];
    }

    // For every event but the first, how much it resembles the one with more energy that it resembles most.
    private static double[] Likeness(float[][] events)
    {
        var spectra = events.Select(Direction).ToArray();
        var result = new double[events.Length - 1];
        for (var i = 1; i < events.Length; i++)
            for (var j = 0; j < i; j++) result[i - 1] = Math.Max(result[i - 1], Cosine(spectra[i], spectra[j]));

        return result;
    }

    private static float[] Direction(float[] samples)
    {
        var spectrum = AmplitudeSpectrogram.Compute(samples, 1024, 512).Values;
        double energy = 0;
        foreach (var value in spectrum) energy += value * value;
        var scale = energy > 0 ? 1 / Math.Sqrt(energy) : 0;
        var direction = new float[spectrum.Length];
        for (var i = 0; i < direction.Length; i++) direction[i] = (float)(spectrum[i] * scale);
        return direction;
    }

    private static double Cosine(float[] a, float[] b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
