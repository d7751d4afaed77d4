using SparseAudio.Evaluation;
using Xunit;

namespace SparseAudio.Tests.Evaluation;

public sealed class EvaluationCsvTests : IDisposable
{
    private static readonly EvaluationRecord _withEvents =
        new("model, pure", "a \"quoted\", long name", 4096, new AudioMetrics(0.1, 0.2, 1 / 3.0, -21.5, 0.9),
            new EventMetrics([], 0.25, 0.125, 0), Channels: null, Seconds: 0.25)
        {
            EventCount = 64,
            BitsPerSecond = 1234.5,
            Numbers = 224,
        };

    private static readonly EvaluationRecord _plain = new(
        "silence", "b", 0, new AudioMetrics(1, 1.5, 3, -100, 0), Events: null, Channels: null, Seconds: 0);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void ALineASegmentWithNamesInQuotes()
    {
        var lines = EvaluationCsv.Text([_withEvents, _plain]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, lines.Length);
        Assert.StartsWith("system,clip,start,sc,logm,mr,mel,", lines[0]);
        Assert.StartsWith("\"model, pure\",\"a \"\"quoted\"\", long name\",4096,0.1,0.2,", lines[1]);
        Assert.EndsWith(",0.9,0.25,0.125,0,0.25,64,1234.5,224", lines[1]);
        Assert.EndsWith(",,,,0,0,,0", lines[2]);
    }

    [Fact]
    public void WhatIsReadIsWhatWasWritten()
    {
        var (first, second) = (Write("first.csv", EvaluationCsv.Text([_withEvents])), Write("second.csv", EvaluationCsv.Text([_plain])));

        var records = EvaluationCsv.Read(first, second);

        Assert.Equal(_withEvents with { Events = null }, records[0] with { Events = null });
        Assert.Equal((0.25, 0.125, 0.0), (records[0].Events!.Redundancy, records[0].Events!.Dead, records[0].Events!.Duplicates));
        Assert.Equal(_plain, records[1]);
    }

    [Theory]
    [InlineData("name,value\na,1\n", "columns")]
    [InlineData("", "columns")]
    [InlineData("{head}\na,b,0,1\n", "line 2: 4 fields")]
    [InlineData("{head}\na,b,0,1,1,2,1,x,0,,,,0,0,,0\n", "line 2: sisdr is 'x'")]
    public void WhatIsNoEvaluationIsNamedWithItsPlace(string text, string named)
    {
        var head = EvaluationCsv.Text([]).TrimEnd('\n');
        var file = Write("wrong.csv", text.Replace("{head}", head));

        var error = Assert.Throws<InvalidDataException>(() => EvaluationCsv.Read(file));

        Assert.StartsWith(file, error.Message);
        Assert.Contains(named, error.Message);
        Assert.Contains("sparseaudio evaluate --csv", error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name, string text)
    {
        var file = _folder.File(name);
        File.WriteAllText(file, text);
        return file;
    }
}
