using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
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
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly Option<int[]> _batch = new("--batch") { Description = "Segments in a batch; may be given several times.", DefaultValueFactory = _ => [1, 2, 4] };
    private static readonly Option<int> _runs = new("--runs") { Description = "Runs that count.", DefaultValueFactory = _ => 5 };
    private static readonly Option<int> _warmUps = new("--warm-ups") { Description = "Runs before them that do not.", DefaultValueFactory = _ => 2 };

    public static Command Create()
    {
        var command = new CliCommand(
            "bench",
            "Measure encoding, decoding (all events, and a few of them) and a training step with its parts: medians, spread, processor time, memory.",
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
        var (runs, warmUps) = (invocation.Value(_runs), invocation.Value(_warmUps));
        if (runs < 1 || warmUps < 0) throw new CommandException("--runs must be 1 or more, --warm-ups 0 or more");
        var batches = invocation.Value(_batch)!;
        if (batches.Any(batch => batch < 1)) throw new CommandException("--batch must be 1 or more");

        var device = DeviceChoice.From(invocation.Value(Options.Device)!);
        var measurements = new List<Measurement>();
        // Ascending, so that memory kept from a larger batch does not count for a smaller one.
        foreach (var config in Models(invocation))
        {
            var benchmark = new ModelBenchmark(config, device.Device, runs, warmUps, Add, invocation.Cancellation);
            foreach (var batch in batches.Order()) benchmark.Measure(batch);
        }

        var report = new BenchmarkReport(Environment.ProcessorCount, torch.get_num_threads(), device.Device.ToString(), RuntimeInformation.OSDescription, measurements);
        if (invocation.Value(Options.Json)) Console.Out.WriteLine(JsonSerializer.Serialize(report, _json));
        else Show(invocation, report);

        void Add(Measurement measurement)
        {
            measurements.Add(measurement);
            invocation.Note(FormattableString.Invariant($"{measurement.Preset}, batch {measurement.Batch}, {measurement.Name}: {measurement.MedianMs:F1} ms"));
        }
    }

    private static IEnumerable<ModelConfig> Models(Invocation invocation) => invocation.Value(Options.Preset) is { } name
        ? [ModelPreset.Config(name)]
        : [new WorkbookConfig(), new PublishedConfig()];

    private static void Show(Invocation invocation, BenchmarkReport report)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("model", "batch", "what");
        string[] numbers = ["median ms", "lowest", "highest", "processor ms", "of all events", "managed kB", "peak MB"];
        foreach (var column in numbers) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in report.Measurements)
        {
            table.AddRow(
                row.Preset, $"{row.Batch}", row.Name, $"{row.MedianMs:F1}", $"{row.LowestMs:F1}", $"{row.HighestMs:F1}",
                row.ProcessorMs > 0 ? $"{row.ProcessorMs:F1}" : "", row.ShareOfAllEvents is { } share ? $"{share:P0}" : "",
                row.PeakBytes > 0 ? $"{row.ManagedBytes / 1e3:F1}" : "", row.PeakBytes > 0 ? $"{row.PeakBytes / 1e6:F0}" : "");
        }

        invocation.Out.Write(table);
        invocation.Out.WriteLine($"{report.Processors} processors, {report.Threads} torch threads, {report.Device}, {report.System}");
    }
}
