using System.CommandLine;
using System.Runtime.InteropServices;
using SparseAudio.Cli.Benchmark;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using SparseAudio.Models.Workbook;
using Spectre.Console;
using TorchSharp;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio bench</c>: how fast the models are on this machine.</summary>
internal static class BenchCommand
{
    private static readonly Option<int[]> _batch = new("--batch")
    {
        Description = "Segments in a batch; may be given several times.",
        DefaultValueFactory = _ => [1, 2, 4],
    };

    private static readonly Option<int> _runs = new("--runs") { Description = "Runs that count.", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> _warmUps = new("--warm-ups") { Description = "Runs before them that do not.", DefaultValueFactory = _ => 2 };

    public static Command Create()
    {
        var command = new CliCommand(
            "bench",
            "Measure encoding, decoding (all events, and a few of them) and a training step with its parts: time, spread, memory.",
            "sparseaudio bench --preset published --batch 4",
            "sparseaudio bench --json > bench.json")
        {
            Options.Preset, _batch, _runs, _warmUps, Options.Device, Options.Json,
        };
        command.Runs(Run);
        return command;
    }

    private static void Run(Invocation invocation)
    {
        var (batches, runs, warmUps) = (invocation.Value(_batch)!, invocation.Value(_runs), invocation.Value(_warmUps));
        if (runs < 1 || warmUps < 0) throw new CommandException("--runs must be 1 or more, --warm-ups 0 or more");
        if (batches.Any(batch => batch < 1)) throw new CommandException("--batch must be 1 or more");
        ModelConfig[] models = invocation.Value(Options.Preset) is { } name
            ? [ModelPreset.Config(name)]
            : [new WorkbookConfig(), new PublishedConfig()];
        var device = DeviceChoice.From(invocation.Value(Options.Device)!).Device;
        var measurements = new List<Measurement>();
        foreach (var model in models)
        {
            var benchmark = new ModelBenchmark(model, device, runs, warmUps, Add, invocation.Cancellation);
            // Ascending, so that memory kept from a larger batch does not count for a smaller one.
            foreach (var batch in batches.Order()) benchmark.Measure(batch);
        }

        var (processors, threads, system) = (Environment.ProcessorCount, torch.get_num_threads(), RuntimeInformation.OSDescription);
        if (invocation.Value(Options.Json))
        {
            invocation.WriteJson(new { processors, threads, device = device.ToString(), system, measurements });
            return;
        }

        invocation.Out.Write(TableOf(measurements));
        invocation.Out.WriteLine($"{processors} processors, {threads} torch threads, {device}, {system}");

        void Add(Measurement measurement)
        {
            measurements.Add(measurement);
            invocation.Note($"{measurement.Preset}, batch {measurement.Batch}, {measurement.Name}: {measurement.MedianMs:F1} ms");
        }
    }

    private static Table TableOf(List<Measurement> measurements)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("model", "batch", "what");
        string[] numbers = ["median ms", "lowest", "highest", "processor ms", "of all events", "peak MB"];
        foreach (var column in numbers) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in measurements)
        {
            table.AddRow(
                row.Preset, $"{row.Batch}", row.Name, $"{row.MedianMs:F1}", $"{row.LowestMs:F1}", $"{row.HighestMs:F1}",
                row.ProcessorMs > 0 ? $"{row.ProcessorMs:F1}" : "", $"{row.ShareOfAllEvents:P0}",
                row.PeakBytes > 0 ? $"{row.PeakBytes / 1e6:F0}" : "");
        }

        return table;
    }
}
