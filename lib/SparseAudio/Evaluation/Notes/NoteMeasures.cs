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
        var complete = NoteMatching.Match(reference, estimate, tolerance with { OffsetRatio = tolerance.OffsetRatio ?? NoteTolerance.WithOffsets.OffsetRatio });
        double[] late = [.. pairs.Select(pair => estimate[pair.Estimate].OnsetSeconds - reference[pair.Reference].OnsetSeconds)];
        return new(
            new NoteScore(reference.Count, estimate.Count, pairs.Count),
            new NoteScore(reference.Count, estimate.Count, complete.Count),
            NoteError.Of(late),
            late.Length == 0 ? null : Quantile.Of(late, 0.5),
            NoteError.Of([.. pairs.Select(pair => 100 * (estimate[pair.Estimate].Pitch - reference[pair.Reference].Pitch))]));
    }
}
