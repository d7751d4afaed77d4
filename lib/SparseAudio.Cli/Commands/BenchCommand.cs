using System.CommandLine;
using System.Runtime.InteropServices;
using SparseAudio.Cli.Benchmark;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using SparseAudio.Models.Workbook;
using SparseAudio.Training.Parallel;
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

    private static readonly Option<string?> _reading = new("--reading")
    {
        Description = "Instead, measure how fast segments of the recordings in this folder are read, in batches of --batch.",
        HelpName = "FOLDER",
    };
    private static readonly Option<int> _readers = new("--readers")
    {
        Description = "With --reading: threads that read.",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<double?> _exchange = new("--exchange")
    {
        Description = "Instead, under mpirun, measure how long so many megabytes of gradients take to be summed.",
        HelpName = "MB",
    };

    public static Command Create()
    {
        var command = new CliCommand(
            "bench",
            "Measure encoding, decoding (all events, and a few of them) and a training step with its parts: time, spread, memory.",
            "sparseaudio bench --preset published --batch 4",
            "sparseaudio bench --json > bench.json",
            "sparseaudio bench --reading data/train --batch 64",
            "mpirun -np 2 sparseaudio bench --exchange 16")
        {
            Options.Preset, _batch, _runs, _warmUps, _reading, _readers, _exchange, Options.Device, Options.Json,
        };
        command.Runs(Run);
        return command;
    }

    private static void Run(Invocation invocation)
    {
        var (batches, runs, warmUps) = (invocation.Value(_batch)!, invocation.Value(_runs), invocation.Value(_warmUps));
        if (runs < 1 || warmUps < 0) throw new CommandException("--runs must be 1 or more, --warm-ups 0 or more");
        if (batches.Any(batch => batch < 1)) throw new CommandException("--batch must be 1 or more");
        if (invocation.Value(_reading) is { } folder)
        {
            if (invocation.Value(_readers) < 1) throw new CommandException("--readers must be 1 or more");
            foreach (var batch in batches)
                Console.Out.WriteLine(ReadingBenchmark.Reading(folder, batch, 20 * runs, invocation.Value(_readers), invocation.Cancellation));
            return;
        }

        if (invocation.Value(_exchange) is { } megabytes)
        {
            MeasureExchange(megabytes, runs);
            return;
        }

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

    private static void MeasureExchange(double megabytes, int runs)
    {
        if (megabytes is not (> 0 and <= 8000))
            throw new CommandException($"--exchange {megabytes}: give a number of megabytes above 0, at most 8000");
        if (!MpiExchange.IsLaunched) throw new CommandException("--exchange measures several processes; run it under mpirun -np N");
        using var exchange = TrainCommand.Join(TimeSpan.FromMinutes(1));
        var said = ReadingBenchmark.Exchange(exchange, megabytes, runs);
        if (exchange.Rank == 0) Console.Out.WriteLine(said);
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
