using SparseAudio.Evaluation;

namespace SparseAudio.Interactive.Tables;

/// <summary>Summaries of an evaluation as rows, with the measures in words and an arrow that says which way is better.</summary>
internal static class EvaluationTable
{
    private static readonly (string Key, string Title)[] _measures =
    [
        ("sc", "spectral convergence ↓"), ("logm", "log magnitude ↓"), ("mel", "log-mel ↓"), ("chroma", "chroma ↑"), ("sisdr", "SI-SDR (dB) ↑"),
    ];

    public static DataTable Of(string title, IReadOnlyList<EvaluationSummary> summaries) => new(
        title,
        ["system", "numbers kept", .. _measures.Select(measure => measure.Title)],
        [.. summaries.Select(summary => (IReadOnlyList<object>)[summary.System, (int)Math.Round(summary.Numbers), .. _measures.Select(measure => (object)summary.Values[measure.Key])])]);
}
