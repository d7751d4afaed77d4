using System.Text.Json;
using SparseAudio.Evaluation;
using Xunit;

namespace SparseAudio.Tests.Evaluation;

public sealed class EvaluationReportTests
{
    private static readonly EvaluationRecord[] _records =
    [
        Record("first", "a, b", 0, mel: 1, shares: [(1, 0.5), (2, 0.75)], bits: 1000),
        Record("first", "c", 0, mel: 2, shares: [(1, 0.25), (2, 0.5)], bits: 3000),
        Record("plain", "a, b", 0, mel: 3),
        Record("plain", "c", 0, mel: 5),
    ];

    [Fact]
    public void TheTableHasMeansRecordingsAndTheCurve()
    {
        var lines = EvaluationReport.Table(EvaluationSummary.Of(_records)).Split(Environment.NewLine);

        Assert.Equal(
            "| system | segments | sc | logm | mr | mel | sisdr | chroma | redundancy | dead | duplicates | bits | seconds | channels | numbers "
                + "| numbers/event |", lines[0]);
        Assert.Equal(16, lines[1].Count(c => c == '-') / 3);
        Assert.StartsWith("| first | 2 | 0.500 ± 0.000 | 0.250 ± 0.000 | 0.750 ± 0.000 | 1.500 ± 0.500 | -3.0 ± 0.0 |", lines[2]);
        Assert.Contains("| 2000 ± 1000 |", lines[2]);
        Assert.EndsWith("| 3 | 128 | 2 |", lines[2]);
        Assert.EndsWith("|  | 0 |  |", lines[3]);
        Assert.Contains(lines, line => line.StartsWith("| a, b | plain | 1 | 0.500 | 0.250 | 0.750 | 3.000 |", StringComparison.Ordinal));
        Assert.Contains("| first | 0.375 | 0.625 |", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("| plain | 0.", StringComparison.Ordinal));
    }

    [Fact]
    public void OneRecordingNeedsNoTableOfItsOwn() =>
        Assert.DoesNotContain("| recording |", EvaluationReport.Table(EvaluationSummary.Of(_records[..1])));

    [Fact]
    public void JsonHasMeansAndIntervals()
    {
        var first = JsonDocument.Parse(EvaluationReport.Json(EvaluationSummary.Of(_records))).RootElement[0];

        Assert.Equal("all", first.GetProperty("clip").GetString());
        Assert.Equal(64, first.GetProperty("events").GetDouble());
        Assert.Equal(1.5, first.GetProperty("values").GetProperty("mel").GetProperty("mean").GetDouble());
        Assert.Equal(2, first.GetProperty("values").GetProperty("mel").GetProperty("high").GetDouble());
        Assert.Equal(0.625, first.GetProperty("explained").GetProperty("2").GetDouble());
    }

    private static EvaluationRecord Record(string system, string clip, int start, double mel, (int, double)[]? shares = null, double? bits = null) =>
        new(system, clip, start, new AudioMetrics(0.5, 0.25, mel, -3, 0.9), shares is null ? null : new EventMetrics(shares, 0.1, 0, 0),
            shares is null ? null : [1, 2, 3], 1)
        {
            EventCount = shares is null ? 0 : 64,
            BitsPerSecond = bits,
            Numbers = shares is null ? 0 : 128,
        };
}
