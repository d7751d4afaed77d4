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
        text.AddHead(["system", "segments", .. columns, "channels", "numbers", "numbers/event"]);
        foreach (var row in rows)
        {
            text.AddRow(
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
        text.AddHead(["recording", "system", "segments", .. columns, "channels"]);
        foreach (var row in rows.GroupBy(row => row.Clip).SelectMany(clip => clip))
        {
            var means = columns.Select(
                name => row.Values.TryGetValue(name, out var value) ? value.Mean.ToString(Format(name), CultureInfo.InvariantCulture) : "");
            text.AddRow([row.Clip, row.System, Invariant($"{row.Segments}"), .. means, Invariant($"{row.DistinctChannels}")]);
        }
    }

    private static void AddExplained(StringBuilder text, EvaluationSummary[] rows)
    {
        if (rows.Length == 0) return;
        int[] counts = [.. rows.SelectMany(row => row.Explained.Keys).Distinct().Order()];
        text.AppendLine();
        text.AddHead(["spectral energy explained by the strongest", .. counts.Select(count => Invariant($"{count}"))]);
        foreach (var row in rows)
            text.AddRow([row.System, .. counts.Select(count => row.Explained.TryGetValue(count, out var share) ? Invariant($"{share:0.000}") : "")]);
    }

    private static string[] Measured(EvaluationSummary[] rows) => [.. _tabled.Where(name => rows.Any(row => row.Values.ContainsKey(name)))];

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

/// <summary>The means of a system's measurements over a set of segments, with 95 % intervals.</summary>
public sealed record EvaluationSummary
{
    private static readonly (string Name, Func<EvaluationRecord, double?> Value)[] _columns =
    [
        ("sc", record => record.Metrics.SpectralConvergence),
        ("logm", record => record.Metrics.LogMagnitude),
        ("mr", record => record.Metrics.MultiResolution),
        ("mel", record => record.Metrics.LogMel),
        ("sisdr", record => record.Metrics.SiSdr),
        ("chroma", record => record.Metrics.Chroma),
        ("redundancy", record => record.Events?.Redundancy),
        ("dead", record => record.Events?.Dead),
        ("duplicates", record => record.Events?.Duplicates),
        ("bits", record => record.BitsPerSecond),
        ("seconds", record => record.Seconds),
    ];

    private EvaluationSummary()
    {
    }

    /// <summary>The system.</summary>
    public required string System { get; init; }

    /// <summary>The recording, or <c>all</c>.</summary>
    public required string Clip { get; init; }

    /// <summary>How many segments.</summary>
    public required int Segments { get; init; }

    /// <summary>
    /// The measurements by name: sc, logm, mr, mel, sisdr, chroma, seconds, with a code bits (a second), and with events redundancy, dead,
    /// duplicates.
    /// </summary>
    public required IReadOnlyDictionary<string, BootstrapInterval> Values { get; init; }

    /// <summary>Mean share of the spectral energy that the strongest 1, 2, 4, … events explain; empty without events.</summary>
    public required IReadOnlyDictionary<int, double> Explained { get; init; }

    /// <summary>Mean number of events a segment; 0 for a system without events.</summary>
    public required double EventsPerSegment { get; init; }

    /// <summary>Mean number of numbers that the system keeps of a segment.</summary>
    public required double Numbers { get; init; }

    /// <summary>How many different channels the segments use together; null where events have none.</summary>
    public required int? DistinctChannels { get; init; }

    /// <summary>Summaries of every system: first over all segments, then recording by recording.</summary>
    public static IReadOnlyList<EvaluationSummary> Of(IReadOnlyList<EvaluationRecord> records) =>
    [
        .. records.GroupBy(record => record.System).Select(group => Summarise(group.Key, "all", [.. group])),
        .. records.GroupBy(record => (record.System, record.Clip)).Select(group => Summarise(group.Key.System, group.Key.Clip, [.. group])),
    ];

    private static EvaluationSummary Summarise(string system, string clip, EvaluationRecord[] records) => new()
    {
        System = system,
        Clip = clip,
        Segments = records.Length,
        Values = _columns
            .Select(column => (column.Name, Values: records.Select(column.Value).OfType<double>().ToArray()))
            .Where(column => column.Values.Length > 0)
            .ToDictionary(column => column.Name, column => BootstrapInterval.Of(column.Values)),
        Explained = records
            .SelectMany(record => record.Events?.Explained ?? [])
            .GroupBy(point => point.Events)
            .ToDictionary(group => group.Key, group => group.Average(point => point.Share)),
        EventsPerSegment = records.Average(record => record.EventCount),
        Numbers = records.Average(record => record.Numbers),
        DistinctChannels = records.Any(record => record.Channels is not null)
            ? records.SelectMany(record => record.Channels ?? []).Distinct().Count()
            : null,
    };
}
