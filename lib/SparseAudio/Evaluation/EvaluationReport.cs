using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SparseAudio.Evaluation;

/// <summary>Evaluations as text: a table to read, CSV of every segment, JSON of the means.</summary>
public static class EvaluationReport
{
    private static readonly string[] _tabled = ["sc", "logm", "mr", "mel", "sisdr", "chroma", "redundancy", "dead", "duplicates", "seconds"];
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    /// <summary>A Markdown table, one row a system over all segments: means, and under the distances half the width of the 95 % interval.</summary>
    /// <param name="summaries">From <see cref="EvaluationSummary.Of"/>.</param>
    /// <param name="numbers">How many numbers each system keeps of a segment.</param>
    public static string Table(IReadOnlyList<EvaluationSummary> summaries, IReadOnlyDictionary<string, double> numbers)
    {
        var rows = summaries.Where(summary => summary.Clip == "all").ToArray();
        string[] columns = [.. _tabled.Where(name => rows.Any(row => row.Values.ContainsKey(name)))];
        var text = new StringBuilder();
        text.AppendLine($"| system | segments | {string.Join(" | ", columns)} | channels | numbers |");
        text.AppendLine($"|---|---|{string.Concat(columns.Select(_ => "---|"))}---|---|");
        foreach (var row in rows)
        {
            var cells = columns.Select(name => row.Values.TryGetValue(name, out var value) ? Cell(value) : "");
            text.AppendLine(Invariant($"| {row.System} | {row.Segments} | {string.Join(" | ", cells)} | {row.DistinctChannels} | {numbers.GetValueOrDefault(row.System):0} |"));
        }

        return text.ToString();
    }

    /// <summary>One line a segment and system.</summary>
    /// <param name="records">The measurements.</param>
    public static string Csv(IReadOnlyList<EvaluationRecord> records)
    {
        var text = new StringBuilder("system,clip,start,sc,logm,mr,mel,sisdr,chroma,redundancy,dead,duplicates,seconds\n");
        foreach (var record in records)
        {
            var (metrics, events) = (record.Metrics, record.Events);
            text.Append(Invariant($"{Quoted(record.System)},{Quoted(record.Clip)},{record.Start},{metrics.SpectralConvergence:R},{metrics.LogMagnitude:R},"));
            text.Append(Invariant($"{metrics.MultiResolution:R},{metrics.LogMel:R},{metrics.SiSdr:R},{metrics.Chroma:R},"));
            text.Append(Invariant($"{events?.Redundancy:R},{events?.Dead:R},{events?.Duplicates:R},{record.Seconds:0.###}\n"));
        }

        return text.ToString();
    }

    /// <summary>An array with one object a system and recording; the first of each system is over all recordings.</summary>
    /// <param name="summaries">From <see cref="EvaluationSummary.Of"/>.</param>
    /// <param name="numbers">How many numbers each system keeps of a segment.</param>
    public static string Json(IReadOnlyList<EvaluationSummary> summaries, IReadOnlyDictionary<string, double> numbers) =>
        JsonSerializer.Serialize(
            summaries.Select(summary => new
            {
                system = summary.System,
                clip = summary.Clip,
                segments = summary.Segments,
                numbers = numbers.GetValueOrDefault(summary.System),
                channels = summary.DistinctChannels,
                values = summary.Values.ToDictionary(pair => pair.Key, pair => new { mean = pair.Value.Mean, low = pair.Value.Low, high = pair.Value.High }),
                explained = summary.Explained.ToDictionary(pair => pair.Key.ToString(CultureInfo.InvariantCulture), pair => pair.Value),
            }),
            _json);

    private static string Cell(BootstrapInterval value) => Invariant($"{value.Mean:0.000} ± {(value.High - value.Low) / 2:0.000}");

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"")}\"";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
