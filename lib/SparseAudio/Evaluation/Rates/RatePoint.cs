namespace SparseAudio.Evaluation.Rates;

/// <summary>The means of a system's measurements at one rate, with intervals by recording.</summary>
/// <param name="System">The system.</param>
/// <param name="Rate">The rate that was asked for, in kbit/s.</param>
/// <param name="Recordings">How many recordings could be coded.</param>
/// <param name="KilobitsPerSecond">Mean rate of the codes.</param>
/// <param name="Values">mr, mel and visqol.</param>
public sealed record RatePoint(
    string System, double Rate, int Recordings, double KilobitsPerSecond, IReadOnlyDictionary<string, BootstrapInterval> Values)
{
    /// <summary>The points of all systems, by rate.</summary>
    public static IReadOnlyList<RatePoint> Of(IReadOnlyList<RateRecord> records) =>
    [
        .. records.GroupBy(record => (record.Rate, record.System)).OrderBy(group => group.Key.Rate).Select(group => new RatePoint(
            group.Key.System, group.Key.Rate, group.Count(), group.Average(record => record.KilobitsPerSecond), RateReport.Intervals([.. group]))),
    ];
}

/// <summary>How much larger the measurements of the first system are than another's, of the same recordings, with intervals by recording.</summary>
/// <param name="Rate">The first system's rate, in kbit/s.</param>
/// <param name="Other">The other system.</param>
/// <param name="OtherRate">Its rate: the same, or its lowest where it has rates of its own.</param>
/// <param name="Recordings">How many recordings both could code.</param>
/// <param name="Values">mr, mel and visqol: an interval that does not hold 0 tells the two systems apart.</param>
public sealed record RateDifference(
    double Rate, string Other, double OtherRate, int Recordings, IReadOnlyDictionary<string, BootstrapInterval> Values)
{
    /// <summary>The differences at all rates of the first system; none where it is the only one.</summary>
    public static IReadOnlyList<RateDifference> Of(IReadOnlyList<RateRecord> records)
    {
        if (records.Count == 0) return [];
        var own = records.Where(record => record.System == records[0].System).GroupBy(record => record.Rate).OrderBy(group => group.Key);
        var others = records.Where(record => record.System != records[0].System).ToLookup(record => record.System);
        return [.. own.SelectMany(group => others.Select(other => Between(group.Key, [.. group], other.Key, [.. other]))).OfType<RateDifference>()];
    }

    private static RateDifference? Between(double rate, RateRecord[] own, string name, RateRecord[] others)
    {
        var otherRate = others.Any(record => record.Rate == rate) ? rate : others.Min(record => record.Rate);
        var pairs = own.Join(
            others.Where(record => record.Rate == otherRate), record => record.Recording, record => record.Recording, (a, b) => (a, b)).ToArray();
        return pairs.Length == 0
            ? null
            : new(rate, name, otherRate, pairs.Length, RateReport.Intervals([.. pairs.Select(p => p.a)], [.. pairs.Select(p => p.b)]));
    }
}
