using System.Text.Json;
using SparseAudio.Cli.Benchmark;
using SparseAudio.Models;
using SparseAudio.Tests.Codec;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Cli;

[Collection("torch")]
public sealed class BenchTests
{
    private static readonly ModelConfig _small = SmallModels.PublishedConfig with { Events = 8 };

    [Fact]
    public void Every_piece_of_work_is_measured_with_median_spread_and_memory()
    {
        var found = new List<Measurement>();

        new ModelBenchmark(_small, CPU, runs: 3, warmUps: 1, found.Add).Measure(2);

        Assert.Equal(
            ["encode", "decode", "decode, 5 events", "decode sum", "decode sum, 5 events", "step", "step.encode", "step.decode", "step.loss",
                "step.backward", "step.optimiser"],
            found.Select(measurement => measurement.Name));
        Assert.All(found, m => Assert.True(m.Runs == 3 && m.Batch == 2 && 0 < m.LowestMs && m.LowestMs <= m.MedianMs && m.MedianMs <= m.HighestMs));
        Assert.Equal(["decode, 5 events", "decode sum, 5 events"], found.Where(m => m.ShareOfAllEvents > 0).Select(m => m.Name));
        Assert.All(found.Where(m => m.PeakBytes > 0), m => Assert.True(m.ProcessorMs > 0));
        var step = found.Single(m => m.Name == "step");
        Assert.True(step.PeakBytes > 1_000_000);
        Assert.InRange(found.Where(m => m.Name.StartsWith("step.", StringComparison.Ordinal)).Sum(m => m.LowestMs), 0, step.HighestMs);
    }

    [Fact]
    public void The_command_prints_json_for_programs()
    {
        var result = CliProcess.Run(
            "bench", "--preset", "workbook", "--batch", "1", "--runs", "1", "--warm-ups", "0", "--json", "--quiet", "--device", "cpu");

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        using var report = JsonDocument.Parse(result.Output);
        Assert.Contains(report.RootElement.GetProperty("measurements").EnumerateArray(), m => m.GetProperty("name").GetString() == "step.backward");
        Assert.Contains(report.RootElement.GetProperty("measurements").EnumerateArray(),
            m => m.GetProperty("name").GetString() == "code of 12 segments, 5 events");
        Assert.Equal("cpu", report.RootElement.GetProperty("device").GetString());
    }

    [Theory]
    [InlineData("--runs", "0")]
    [InlineData("--batch", "0")]
    public void Numbers_that_make_no_sense_are_refused(string option, string value)
    {
        var result = CliProcess.Run("bench", option, value);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }
}
