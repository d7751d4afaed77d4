using System.Text.Json;
using SparseAudio.Audio;
using SparseAudio.Evaluation.Rates;
using SparseAudio.Models.Presets;
using SparseAudio.Tests.Cli;
using SparseAudio.Training;
using Xunit;
using static SparseAudio.Tests.Models.Workbook.SmallWorkbook;

namespace SparseAudio.Tests.Evaluation.Rates;

[Collection("torch")]
public sealed class RateReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Differences_are_taken_recording_by_recording()
    {
        // Recordings differ by much more than systems do, which are 0.1 apart on each.
        var records = Enumerable.Range(0, 8).SelectMany(i => new[]
        {
            Record("own", $"song {i}", 1, mel: i), Record("other", $"song {i}", 1, mel: i + 0.1), Record("fixed", $"song {i}", 6, mel: 2.0 * i),
        }).Append(Record("other", "a ninth", 1, mel: 100)).ToArray();

        var points = RatePoint.Of(records);
        Assert.Equal([("own", 8), ("other", 9), ("fixed", 8)], points.Select(point => (point.System, point.Recordings)));
        Assert.Equal(3.5, points[0].Values["mel"].Mean, 1e-9);
        Assert.InRange(points[0].Values["mel"].High - points[0].Values["mel"].Low, 2, 4.5);
        var differences = RateDifference.Of(records);
        Assert.Equal([("other", 1, 8), ("fixed", 6, 8)], differences.Select(d => (d.Other, (int)d.OtherRate, d.Recordings)));
        Assert.Equal(-0.1, differences[0].Values["mel"].Low, 1e-9);
        Assert.Equal(-0.1, differences[0].Values["mel"].High, 1e-9);
        Assert.Contains("| 1 | fixed at 6 | 8 |", RateReport.Table(records));
    }

    [Fact]
    public void A_file_is_read_as_it_was_written()
    {
        RateRecord[] records = [Record("own", "a song, with \"quotes\"", 0.5, mel: 1.25), Record("other", "b", 6, mel: 0.1)];
        File.WriteAllText(_folder.File("rates.csv"), RateReport.Csv(records));
        File.WriteAllText(_folder.File("segments.csv"), "system,clip\n");
        File.WriteAllText(_folder.File("torn.csv"), RateReport.Csv(records)[..^30]);

        Assert.Equal(records, RateReport.Read(_folder.File("rates.csv")));
        Assert.Contains("first line", Assert.Throws<InvalidDataException>(() => RateReport.Read(_folder.File("segments.csv"))).Message);
        Assert.Contains("line 3", Assert.Throws<InvalidDataException>(() => RateReport.Read(_folder.File("torn.csv"))).Message);
    }

    [Fact]
    public void The_command_measures_every_recording_rate_and_coder()
    {
        using (var model = ModelPreset.Build(Small)) ModelFile.Save(model, _folder.File("small.safetensors"));
        var clip = AudioFile.Read(Repository.Path("data", "test", "tarrega-lagrima-guitar-duo-rendered.flac")).Slice(220500, 3 * 22050);
        Directory.CreateDirectory(_folder.File("songs"));
        AudioFile.WriteWav(_folder.File("songs/guitars, two.wav"), clip);

        var result = Run("--kbps", "4", "2", "--seconds", "2", "--baselines", "mdct", "opus", "--csv", _folder.File("rates.csv"), "--json-file",
            _folder.File("rates.json"));

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("| rate | system | recordings | kbit/s | mr | mel | visqol |", result.Output);
        Assert.Contains("less | recordings |", result.Output);
        var lines = File.ReadAllLines(_folder.File("rates.csv"));
        Assert.Equal("system,recording,rate,kbps,bytes,seconds,mr,mel,visqol,coding", lines[0]);
        var rows = lines[1..].Select(line => line.Replace("\"guitars, two\"", "song").Split(',')).ToArray();
        Assert.Equal(["workbook 2", "workbook 4", "MDCT 2", "MDCT 4", "Opus 6", "Opus 8"], rows.Select(row => $"{row[0].Trim('"')} {row[2]}"));
        Assert.All(rows, row => Assert.Equal((10, "song", "2"), (row.Length, row[1], row[5])));
        Assert.All(rows[..4], row => Assert.InRange(int.Parse(row[4]), 1, double.Parse(row[2]) * 250));
        Assert.All(rows, row => Assert.InRange(double.Parse(row[8]), 1, 5));
        var json = JsonDocument.Parse(File.ReadAllText(_folder.File("rates.json"))).RootElement;
        Assert.Equal(6, json.GetProperty("points").GetArrayLength());
        Assert.Equal(4, json.GetProperty("differences").GetArrayLength());
    }

    [Theory]
    [InlineData("--kbps 0", "--kbps 0")]
    [InlineData("--kbps 1 --seconds 0.5", "ViSQOL")]
    [InlineData("--seconds 12", "--kbps")]
    [InlineData("--kbps 1 --per-clip 3", "--per-clip")]
    [InlineData("--kbps 1 --baselines gabor+noise", "mdct")]
    public void What_does_not_go_together_is_refused_in_one_line(string arguments, string named)
    {
        var result = CliProcess.Run(["evaluate", "--data", Repository.Path("data", "test"), .. arguments.Split(' ')]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(named, Assert.Single(result.Error.Trim().Split('\n')));
    }

    private CliProcess.Result Run(params string[] arguments) => CliProcess.Run(
        ["evaluate", "--model", _folder.File("small.safetensors"), "--data", _folder.File("songs"), "--device", "cpu", .. arguments]);

    private static RateRecord Record(string system, string recording, double rate, double mel) =>
        new(system, recording, rate, 1000, 8, 1, mel, 3, 0.1);
}
