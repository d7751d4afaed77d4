namespace SparseAudio.Evaluation.Notes;

/// <summary>How large the errors of matched notes are, regardless of their sign.</summary>
/// <param name="Median">Half of them are smaller.</param>
/// <param name="Percentile90">Nine tenths of them are smaller.</param>
public sealed record NoteError(double Median, double Percentile90)
{
    /// <summary>The quantiles of |error|; null where there are no errors.</summary>
    internal static NoteError? Of(IReadOnlyCollection<double> errors)
    {
        if (errors.Count == 0)
        {
            return null;
        }

        double[] sizes = [.. errors.Select(Math.Abs)];
        return new(Quantile.Of(sizes, 0.5), Quantile.Of(sizes, 0.9));
    }
}
