using SparseAudio.Data.Notes;

namespace SparseAudio.Evaluation.Notes;

/// <summary>How well the notes found in a recording agree with its true notes.</summary>
/// <param name="Onsets">Pairs by onset and pitch.</param>
/// <param name="WithOffsets">Pairs by onset, pitch and offset.</param>
/// <param name="OnsetError">Distances of the onsets of <see cref="Onsets"/>' pairs, in seconds.</param>
/// <param name="OnsetBias">Median of found minus true onset, in seconds: positive where notes are found late; null without pairs.</param>
/// <param name="PitchError">Distances of the pitches of <see cref="Onsets"/>' pairs, in hundredths of a semitone.</param>
public sealed record NoteMeasures(NoteScore Onsets, NoteScore WithOffsets, NoteError? OnsetError, double? OnsetBias, NoteError? PitchError)
{
    /// <summary>Found notes a true note; null where there are no true notes.</summary>
    public double? EventsPerNote => Onsets.Reference == 0 ? null : (double)Onsets.Estimated / Onsets.Reference;

    /// <summary>Measures found notes against the true ones.</summary>
    /// <param name="reference">The true notes.</param>
    /// <param name="estimate">The found notes.</param>
    /// <param name="tolerance">
    /// Tolerances of onset, pitch and offset; null for <see cref="NoteTolerance.WithOffsets"/>. <see cref="Onsets"/> leaves its offset
    /// out; without a ratio, <see cref="WithOffsets"/> takes the usual one.
    /// </param>
    public static NoteMeasures Of(IReadOnlyList<NoteLabel> reference, IReadOnlyList<NoteLabel> estimate, NoteTolerance? tolerance = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(estimate);
        tolerance ??= NoteTolerance.WithOffsets;
        var pairs = NoteMatching.Match(reference, estimate, tolerance with { OffsetRatio = null });
        var complete = NoteMatching.Match(
            reference, estimate, tolerance with { OffsetRatio = tolerance.OffsetRatio ?? NoteTolerance.WithOffsets.OffsetRatio });
        double[] late = [.. pairs.Select(pair => estimate[pair.Estimate].OnsetSeconds - reference[pair.Reference].OnsetSeconds)];
        return new(
            new NoteScore(reference.Count, estimate.Count, pairs.Count),
            new NoteScore(reference.Count, estimate.Count, complete.Count),
            NoteError.Of(late),
            late.Length == 0 ? null : Quantile.Of(late, 0.5),
            NoteError.Of([.. pairs.Select(pair => 100 * (estimate[pair.Estimate].Pitch - reference[pair.Reference].Pitch))]));
    }
}

/// <summary>How many of the true notes were found, and how many of the found notes are true.</summary>
/// <param name="Reference">Number of true notes.</param>
/// <param name="Estimated">Number of found notes.</param>
/// <param name="Matched">Number of pairs; see <see cref="NoteMatching"/>.</param>
public readonly record struct NoteScore(int Reference, int Estimated, int Matched)
{
    /// <summary>Share of the found notes that are true; 0 where none was found.</summary>
    public double Precision => Estimated == 0 ? 0 : (double)Matched / Estimated;

    /// <summary>Share of the true notes that were found; 0 where there are none.</summary>
    public double Recall => Reference == 0 ? 0 : (double)Matched / Reference;

    /// <summary>The harmonic mean of <see cref="Precision"/> and <see cref="Recall"/>; 0 where nothing matches.</summary>
    public double F1 => Matched == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
}

/// <summary>How large the errors of matched notes are, regardless of their sign.</summary>
/// <param name="Median">Half of them are smaller.</param>
/// <param name="Percentile90">Nine tenths of them are smaller.</param>
public sealed record NoteError(double Median, double Percentile90)
{
    /// <summary>The quantiles of |error|; null where there are no errors.</summary>
    internal static NoteError? Of(IReadOnlyCollection<double> errors)
    {
        if (errors.Count == 0)
            return null;

        double[] sizes = [.. errors.Select(Math.Abs)];
        return new(Quantile.Of(sizes, 0.5), Quantile.Of(sizes, 0.9));
    }
}

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
