namespace SparseAudio.Evaluation.Notes;

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
