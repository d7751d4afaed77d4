namespace SparseAudio.Evaluation;

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
