using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SparseAudio.Evaluation;

/// <summary>The means of evaluations as text: tables to read, JSON for programs. See <see cref="EvaluationCsv"/> for every segment.</summary>
public static class EvaluationReport
{
    private const string Everything = "all";
    private static readonly string[] _tabled = ["sc", "logm", "mr", "mel", "sisdr", "chroma", "redundancy", "dead", "duplicates", "bits", "seconds"];
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    /// <summary>
    /// Markdown tables of all systems: over all segments, each mean with half the width of its 95 % interval; where there are
    /// several recordings, the means of each; where events were measured, the energy that the strongest explain.
    /// </summary>
    /// <param name="summaries">From <see cref="EvaluationSummary.Of"/>.</param>
    public static string Table(IReadOnlyList<EvaluationSummary> summaries)
    {
        var text = new StringBuilder();
        var whole = summaries.Where(summary => summary.Clip == Everything).ToArray();
        AddMeans(text, whole);
        AddRecordings(text, [.. summaries.Where(summary => summary.Clip != Everything)]);
        AddExplained(text, [.. whole.Where(summary => summary.Explained.Count > 0)]);
        return text.ToString();
    }

    /// <summary>An array with one object a system and recording; the first of each system is over all recordings.</summary>
    /// <param name="summaries">From <see cref="EvaluationSummary.Of"/>.</param>
    public static string Json(IReadOnlyList<EvaluationSummary> summaries) =>
        JsonSerializer.Serialize(
            summaries.Select(summary => new
            {
                system = summary.System,
                clip = summary.Clip,
                segments = summary.Segments,
                numbers = summary.Numbers,
                events = summary.EventsPerSegment,
                channels = summary.DistinctChannels,
                values = summary.Values.ToDictionary(
                    pair => pair.Key, pair => new { mean = pair.Value.Mean, low = pair.Value.Low, high = pair.Value.High }),
                explained = summary.Explained.ToDictionary(pair => pair.Key.ToString(CultureInfo.InvariantCulture), pair => pair.Value),
            }),
            _json);

    private static void AddMeans(StringBuilder text, EvaluationSummary[] rows)
    {
        var columns = Measured(rows);
        AddHead(text, ["system", "segments", .. columns, "channels", "numbers", "numbers/event"]);
        foreach (var row in rows)
        {
            AddRow(text,
            [
                row.System, Invariant($"{row.Segments}"),
                .. columns.Select(name => row.Values.TryGetValue(name, out var value) ? Cell(name, value) : ""),
                Invariant($"{row.DistinctChannels}"), Invariant($"{row.Numbers:0}"), row.EventsPerSegment > 0
                    ? Invariant($"{row.Numbers / row.EventsPerSegment:0.#}")
                    : "",
            ]);
        }
    }

    private static void AddRecordings(StringBuilder text, EvaluationSummary[] rows)
    {
        if (rows.Select(row => row.Clip).Distinct().Count() < 2) return;
        var columns = Measured(rows);
        text.AppendLine();
        AddHead(text, ["recording", "system", "segments", .. columns, "channels"]);
        foreach (var row in rows.GroupBy(row => row.Clip).SelectMany(clip => clip))
        {
            var means = columns.Select(
                name => row.Values.TryGetValue(name, out var value) ? value.Mean.ToString(Format(name), CultureInfo.InvariantCulture) : "");
            AddRow(text, [row.Clip, row.System, Invariant($"{row.Segments}"), .. means, Invariant($"{row.DistinctChannels}")]);
        }
    }

    private static void AddExplained(StringBuilder text, EvaluationSummary[] rows)
    {
        if (rows.Length == 0) return;
        int[] counts = [.. rows.SelectMany(row => row.Explained.Keys).Distinct().Order()];
        text.AppendLine();
        AddHead(text, ["spectral energy explained by the strongest", .. counts.Select(count => Invariant($"{count}"))]);
        foreach (var row in rows)
            AddRow(text, [row.System, .. counts.Select(count => row.Explained.TryGetValue(count, out var share) ? Invariant($"{share:0.000}") : "")]);
    }

    private static string[] Measured(EvaluationSummary[] rows) => [.. _tabled.Where(name => rows.Any(row => row.Values.ContainsKey(name)))];

    private static void AddHead(StringBuilder text, string[] columns)
    {
        AddRow(text, columns);
        text.Append('|').Insert(text.Length, "---|", columns.Length).AppendLine();
    }

    private static void AddRow(StringBuilder text, string[] cells) => text.AppendLine($"| {string.Join(" | ", cells)} |");

    private static string Cell(string name, BootstrapInterval value)
    {
        var format = Format(name);
        string Text(double number) => number.ToString(format, CultureInfo.InvariantCulture);
        return $"{Text(value.Mean)} ± {Text((value.High - value.Low) / 2)}";
    }

    private static string Format(string name) => name switch
    {
        "bits" => "0",
        "sisdr" => "0.0",
        _ => "0.000",
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
