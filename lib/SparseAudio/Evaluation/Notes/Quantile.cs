namespace SparseAudio.Evaluation.Notes;

/// <summary>Quantiles with linear interpolation between the two nearest values, as numpy's <c>quantile</c> has them by default.</summary>
internal static class Quantile
{
    /// <summary>The value that a share of the values lies below.</summary>
    /// <param name="values">At least one, in any order.</param>
    /// <param name="share">0 to 1.</param>
    public static double Of(IReadOnlyCollection<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
