using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SparseAudio.Evaluation.Notes;

/// <summary>Note measures of several recordings as a table to read or as JSON for programs.</summary>
public static class NoteReport
{
    private const double Milliseconds = 1000;
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>
    /// A markdown table with one row a recording and, where there are several, a last one of means: of every recording's scores, and
    /// of its medians and percentiles.
    /// </summary>
    /// <param name="rows">Names and measures.</param>
    public static string Table(IReadOnlyList<(string Name, NoteMeasures Measures)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder();
        text.AppendLine(
            "| recording | notes | found | precision | recall | F1 | F1 with offsets | events/note | onset error med / p90 ms | onset bias ms | "
                + "pitch error med / p90 cents |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (name, measures) in rows)
            Add(text, name, measures.Onsets.Reference, measures.Onsets.Estimated, value => value(measures));

        if (rows.Count > 1)
        {
            Add(text, "mean", rows.Sum(row => row.Measures.Onsets.Reference), rows.Sum(row => row.Measures.Onsets.Estimated),
                value => rows.Average(row => value(row.Measures)));
        }

        return text.ToString();
    }

    /// <summary>An array with one object a recording; errors and biases in seconds and hundredths of a semitone.</summary>
    /// <param name="rows">Names and measures.</param>
    public static string Json(IReadOnlyList<(string Name, NoteMeasures Measures)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return JsonSerializer.Serialize(
            rows.Select(row => new
            {
                row.Name,
                Notes = row.Measures.Onsets.Reference,
                Found = row.Measures.Onsets.Estimated,
                Onsets = Shares(row.Measures.Onsets),
                WithOffsets = Shares(row.Measures.WithOffsets),
                row.Measures.EventsPerNote,
                OnsetErrorSeconds = row.Measures.OnsetError,
                OnsetBiasSeconds = row.Measures.OnsetBias,
                PitchErrorCents = row.Measures.PitchError,
            }),
            _json);
    }

    private static object Shares(NoteScore score) => new { score.Precision, score.Recall, score.F1 };

    private static void Add(StringBuilder text, string name, int notes, int found, Func<Func<NoteMeasures, double?>, double?> of)
    {
        string Cell(string format, Func<NoteMeasures, double?> value) => of(value)?.ToString(format, CultureInfo.InvariantCulture) ?? "";
        string Pair(string format, double scale, Func<NoteMeasures, NoteError?> error) =>
            of(measures => error(measures)?.Median) is null
                ? ""
                : $"{Cell(format, measures => error(measures)?.Median * scale)} / {Cell(format, measures => error(measures)?.Percentile90 * scale)}";
        string[] cells =
        [
            name,
            notes.ToString(CultureInfo.InvariantCulture),
            found.ToString(CultureInfo.InvariantCulture),
            Cell("0.000", measures => measures.Onsets.Precision),
            Cell("0.000", measures => measures.Onsets.Recall),
            Cell("0.000", measures => measures.Onsets.F1),
            Cell("0.000", measures => measures.WithOffsets.F1),
            Cell("0.00", measures => measures.EventsPerNote),
            Pair("0.0", Milliseconds, measures => measures.OnsetError),
            Cell("0.0", measures => measures.OnsetBias * Milliseconds),
            Pair("0.0", 1, measures => measures.PitchError),
        ];
        text.AppendLine($"| {string.Join(" | ", cells)} |");
    }
}
