namespace SparseAudio.Evaluation;

/// <summary>The common preparation of every comparison: equal lengths, and the reference's peak at 1.</summary>
internal static class ComparedSounds
{
    /// <summary>Both sounds divided by the peak of the reference (a silent reference is left as it is).</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static (float[] Reference, float[] Estimate) AtReferencePeak(ReadOnlySpan<float> reference, ReadOnlySpan<float> estimate)
    {
        if (reference.Length != estimate.Length)
        {
            throw new ArgumentException($"The reference has {reference.Length} samples and the estimate {estimate.Length}: cut them to the same length.", nameof(estimate));
        }

        var peak = 0f;
        foreach (var sample in reference)
        {
            peak = Math.Max(peak, Math.Abs(sample));
        }

        var scale = peak > 0 ? 1 / peak : 1;
        return (Scaled(reference, scale), Scaled(estimate, scale));
    }

    private static float[] Scaled(ReadOnlySpan<float> samples, float scale)
    {
        var result = new float[samples.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = samples[i] * scale;
        }

        return result;
    }
}
