using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SparseAudio.Evaluation.Rates;

/// <summary>
/// Rate curves as text: tables to read, JSON for programs, CSV with every recording. Intervals are by recording: the recordings are resampled,
/// and not their segments, which resemble one another.
/// </summary>
public static class RateReport
{
    private const string Head = "system,recording,rate,kbps,bytes,seconds,mr,mel,visqol,coding";
    private static readonly string[] _columns = Head.Split(',');
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };
    private static readonly (string Name, Func<RateRecord, double> Value)[] _measures =
        [("mr", record => record.MultiResolution), ("mel", record => record.LogMel), ("visqol", record => record.Visqol)];

    /// <summary>A line of column names, then one a recording, system and rate.</summary>
    public static string Csv(IReadOnlyList<RateRecord> records)
    {
        var text = new StringBuilder(Head).Append('\n');
        foreach (var record in records)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{EvaluationCsv.Quoted(record.System)},{EvaluationCsv.Quoted(record.Recording)},{record.Rate:R},");
            text.Append(CultureInfo.InvariantCulture, $"{record.KilobitsPerSecond:R},{record.Bytes},{record.DurationSeconds:R},");
            text.Append(
                CultureInfo.InvariantCulture,
                $"{record.MultiResolution:R},{record.LogMel:R},{record.Visqol:R},{record.CodingSeconds:0.###}\n");
        }

        return text.ToString();
    }

    /// <summary>Reads what <see cref="Csv"/> wrote.</summary>
    /// <param name="file">A file, such as <c>sparseaudio evaluate --kbps … --csv FILE</c> writes.</param>
    /// <exception cref="InvalidDataException">The file was not written by <see cref="Csv"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<RateRecord> Read(string file)
    {
        var lines = File.ReadAllLines(file);
        return lines.FirstOrDefault() == Head
            ? [.. lines.Skip(1).Select((line, index) => Record(EvaluationCsv.Fields(line), $"{file}, line {index + 2}"))]
            : throw new InvalidDataException(
                $"{file}: its first line does not name the columns of rate curves; write it again with sparseaudio evaluate --kbps … --csv");
    }

    private static RateRecord Record(string[] fields, string place)
    {
        const string remedy = "write the file again with sparseaudio evaluate --kbps … --csv";
        if (fields.Length != _columns.Length)
            throw new InvalidDataException($"{place}: {fields.Length} fields instead of {_columns.Length}; {remedy}");
        double Number(string name) =>
            double.TryParse(fields[Array.IndexOf(_columns, name)], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new InvalidDataException($"{place}: {name} is no number; {remedy}");
        return new RateRecord(
            fields[0], fields[1], Number("rate"), (int)Number("bytes"), Number("seconds"), Number("mr"), Number("mel"), Number("visqol"),
            Number("coding"));
    }

    /// <summary>
    /// Markdown tables: the mean of each measure at every rate of every system, with half the width of its 95 % interval; then the differences
    /// between the first system and each other at the same rate, recording by recording, with their intervals.
    /// </summary>
    public static string Table(IReadOnlyList<RateRecord> records)
    {
        var text = new StringBuilder();
        text.AddHead(["rate", "system", "recordings", "kbit/s", .. _measures.Select(measure => measure.Name)]);
        foreach (var point in RatePoint.Of(records))
        {
            text.AddRow([
                Number(point.Rate, "0.##"), point.System, Number(point.Recordings, "0"), Number(point.KilobitsPerSecond, "0.00"),
                .. point.Values.Values.Select(value => $"{Number(value.Mean, "0.000")} ± {Number((value.High - value.Low) / 2, "0.000")}")]);
        }

        var differences = RateDifference.Of(records);
        if (differences.Count == 0) return text.ToString();
        text.AppendLine();
        text.AddHead(["rate", $"{records[0].System} less", "recordings", .. _measures.Select(measure => measure.Name)]);
        foreach (var difference in differences)
        {
            var other = difference.OtherRate == difference.Rate
                ? difference.Other
                : $"{difference.Other} at {Number(difference.OtherRate, "0.##")}";
            text.AddRow([
                Number(difference.Rate, "0.##"), other, Number(difference.Recordings, "0"), .. difference.Values.Values.Select(value =>
                    $"{Signed(value.Mean)} [{Signed(value.Low)}, {Signed(value.High)}]")]);
        }

        return text.ToString();
    }

    /// <summary>An object with the <c>points</c> and <c>differences</c> of <see cref="Table"/>.</summary>
    public static string Json(IReadOnlyList<RateRecord> records)
    {
        static Dictionary<string, object> Values(IReadOnlyDictionary<string, BootstrapInterval> values) => values.ToDictionary(
            pair => pair.Key, pair => (object)new { mean = pair.Value.Mean, low = pair.Value.Low, high = pair.Value.High });
        return JsonSerializer.Serialize(
            new
            {
                points = RatePoint.Of(records).Select(point => new
                {
                    system = point.System,
                    rate = point.Rate,
                    recordings = point.Recordings,
                    kbps = point.KilobitsPerSecond,
                    values = Values(point.Values),
                }),
                differences = RateDifference.Of(records).Select(difference => new
                {
                    system = records[0].System,
                    rate = difference.Rate,
                    other = difference.Other,
                    otherRate = difference.OtherRate,
                    recordings = difference.Recordings,
                    values = Values(difference.Values),
                }),
            },
            _json);
    }

    /// <summary>The interval of every measure, or of every measure's difference where <paramref name="others"/> are given.</summary>
    internal static IReadOnlyDictionary<string, BootstrapInterval> Intervals(
        IReadOnlyList<RateRecord> records, IReadOnlyList<RateRecord>? others = null) => _measures.ToDictionary(
            measure => measure.Name,
            measure => BootstrapInterval.Of(
                [.. records.Select((record, i) => measure.Value(record) - (others is null ? 0 : measure.Value(others[i])))]));

    private static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private static string Signed(double number) => Number(number, "+0.000;−0.000;0.000");
}
