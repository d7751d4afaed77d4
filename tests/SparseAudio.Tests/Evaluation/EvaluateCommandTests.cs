using System.Text.Json;
using SparseAudio.Audio;
using SparseAudio.Models.Presets;
using SparseAudio.Tests.Cli;
using SparseAudio.Training;
using Xunit;
using static SparseAudio.Tests.Models.Workbook.SmallWorkbook;

namespace SparseAudio.Tests.Evaluation;

[Collection("torch")]
public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EvaluateCommandTests()
    {
        using var model = ModelPreset.Build(Small);
        ModelFile.Save(model, Model);
        var samples = Enumerable.Range(0, 20000).Select(n => 0.5f * (float)Math.Sin(n * 0.1) * (float)Math.Exp(-(n % 5000) / 2000.0)).ToArray();
        AudioFile.WriteWav(Path.Combine(Recordings, "notes.wav"), new AudioClip(samples, 22050));
    }

    private string Model => Path.Combine(_folder.Path, "small.safetensors");

    private string Recordings => Directory.CreateDirectory(Path.Combine(_folder.Path, "recordings")).FullName;

    [Fact]
    public void MeasuresEverySystemOnEverySegment()
    {
        var csv = Path.Combine(_folder.Path, "segments.csv");

        var result = CliProcess.Run("evaluate", "--model", Model, "--data", Recordings, "--refine", "2", "--events", "--baselines", "silence",
            "--csv", csv, "--json", "--device", "cpu");

        Assert.True(result.ExitCode == 0, result.Error);
        var systems = JsonDocument.Parse(result.Output).RootElement.EnumerateArray().Where(item => item.GetProperty("clip").GetString() == "all")
            .ToArray();
        Assert.Equal(["silence", "workbook, pure", "workbook, detailed", "workbook, pure, refined 2", "workbook, refined 2"], systems.Select(
            item => item.GetProperty("system").GetString()));
        Assert.All(systems, item => Assert.Equal(2, item.GetProperty("segments").GetInt32()));
        Assert.Equal(1, systems[0].GetProperty("values").GetProperty("sc").GetProperty("mean").GetDouble(), 9);
        Assert.Equal(12 * 3 + 33, systems[1].GetProperty("numbers").GetDouble());
        Assert.True(systems[4].GetProperty("explained").TryGetProperty("12", out _));
        var bits = systems.Skip(1).Select(item => item.GetProperty("values").GetProperty("bits").GetProperty("mean").GetDouble()).ToArray();
        Assert.True(bits[0] > 12 * 8 * 22050 / 8192.0, $"cells and values of 12 events in {bits[0]} bits a second");
        Assert.True(bits[1] > 1.5 * bits[0], $"details take most of a detailed code: {bits[1]} after {bits[0]} bits a second");
        Assert.Equal(1 + (5 * 2), File.ReadAllLines(csv).Length);
    }

    [Fact]
    public void BaselinesNeedNoModelAndTheTablesShowThem()
    {
        var samples = Enumerable.Range(0, 40000).Select(n => 0.5f * (float)Math.Sin(n * 0.1)).ToArray();
        AudioFile.WriteWav(Path.Combine(Recordings, "tone.wav"), new AudioClip(samples, 22050));

        var result = CliProcess.Run("evaluate", "--data", Recordings, "--baselines", "noise", "silence");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("| system | segments | sc | logm | mr |", result.Output);
        Assert.Contains("| silence | 1 | 1.000 ± 0.000 |", result.Output);
        Assert.Contains("| band noise | 1 |", result.Output);
    }

    [Theory]
    [InlineData("--baselines fourier", "gabor+noise")]
    [InlineData("--preset nonsense --baselines noise", "nonsense")]
    [InlineData("--preset workbook --model some.safetensors", "--preset")]
    [InlineData("--model missing.safetensors", "missing.safetensors")]
    public void WhatCannotBeMeasuredIsNamedInOneLine(string arguments, string named)
    {
        var result = CliProcess.Run(["evaluate", "--data", Recordings, .. arguments.Split(' ')]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(named, Assert.Single(result.Error.Trim().Split('\n')));
    }

    [Fact]
    public void AFolderWithoutRecordingsIsNamedInOneLine()
    {
        var empty = Directory.CreateDirectory(Path.Combine(_folder.Path, "empty")).FullName;

        var result = CliProcess.Run("evaluate", "--model", Model, "--data", empty, "--device", "cpu");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(empty, Assert.Single(result.Error.Trim().Split('\n')));
    }

    public void Dispose() => _folder.Dispose();
}
