namespace SparseAudio.Evaluation;

/// <summary>A mean with the interval that holds 95 % of the means of resampled data.</summary>
/// <param name="Mean">Mean of the values.</param>
/// <param name="Low">2.5th percentile of the resampled means.</param>
/// <param name="High">97.5th percentile of the resampled means.</param>
public readonly record struct BootstrapInterval(double Mean, double Low, double High)
{
    /// <summary>Draws the values with replacement <paramref name="resamples"/> times; equal arguments give equal intervals.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="resamples">Number of resampled means, at least 40.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Too few resamples for a 95 % interval.</exception>
    public static BootstrapInterval Of(IReadOnlyList<double> values, int seed = 0, int resamples = 2000)
    {
        if (values.Count == 0)
            throw new ArgumentException("An interval needs at least one value.", nameof(values));

        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 40);
        var random = new Random(seed);
        var means = new double[resamples];
        for (var i = 0; i < resamples; i++)
        {
            double sum = 0;
            for (var draw = 0; draw < values.Count; draw++)
                sum += values[random.Next(values.Count)];

            means[i] = sum / values.Count;
        }

        Array.Sort(means);
        return new(values.Average(), Percentile(means, 0.025), Percentile(means, 0.975));
    }

    private static double Percentile(double[] sorted, double fraction)
    {
        var position = fraction * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
