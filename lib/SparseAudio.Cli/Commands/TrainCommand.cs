using System.CommandLine;
using SparseAudio.Data;
using SparseAudio.IO;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Workbook;
using SparseAudio.Training;
using SparseAudio.Training.Parallel;
using Spectre.Console;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio train</c>: a training that can be interrupted in any way and resumed exactly.</summary>
internal static class TrainCommand
{
    private const string ShippedRooms = "data/ir";
    private const string ShippedNotes = "data/notes.safetensors";
    private const int MostNamesShown = 10;
    private const long MostConfigBytes = 1 << 20;

    private static readonly Option<string> _data = new("--data") { Description = "Folder of recordings.", HelpName = "FOLDER", Required = true };
    private static readonly Option<string?> _validation = new("--validation")
    {
        Description = "Folder of recordings for validation, which chooses the best checkpoint. Without it: the folder 'validation' beside a "
            + "--data named 'train', or else a tenth of the recordings of --data is held out.",
        HelpName = "FOLDER",
    };

    private static readonly Option<string> _out = new("--out")
    {
        Description = "Folder for checkpoints and log.",
        HelpName = "FOLDER",
        Required = true,
    };
    private static readonly Option<string?> _modelConfig = new("--model-config")
    {
        Description = "A model configuration as JSON, instead of a preset.",
        HelpName = "FILE",
    };
    private static readonly Option<string?> _trainingConfig = new("--training-config")
    {
        Description = "A training configuration as JSON, instead of the preset's.",
        HelpName = "FILE",
    };
    private static readonly Option<string?> _rooms = new("--rooms")
    {
        Description = $"Folder of room impulse responses; {ShippedRooms} if it is there.",
        HelpName = "FOLDER",
    };
    private static readonly Option<string?> _notes = new("--notes")
    {
        Description = $"A trained note detector, which a new model takes over; {ShippedNotes} if it is there. With --preset notes: what the "
            + "training begins with.",
        HelpName = "FILE",
    };
    private static readonly Option<long?> _steps = new("--steps") { Description = "End at this step, counted from the very beginning." };
    private static readonly Option<double?> _minutes = new("--minutes") { Description = "End after so many minutes." };
    private static readonly Option<bool> _resume = new("--resume") { Description = "Go on from the latest checkpoint in --out." };
    private static readonly Option<int?> _batch = new("--batch") { Description = "Segments a step." };
    private static readonly Option<int?> _accumulate = new("--accumulate")
    {
        Description = "Compute each process's share of a step's segments in so many parts, one after the other, for little memory.",
    };
    private static readonly Option<double> _patience = new("--patience")
    {
        Description = "Under mpirun: how many seconds to wait for the other processes before the first step.",
        DefaultValueFactory = _ => 120,
    };
    private static readonly Option<double?> _learningRate = new("--learning-rate") { Description = "Adam's learning rate." };
    private static readonly Option<int?> _checkpointEvery = new("--checkpoint-every") { Description = "Steps from one checkpoint to the next." };
    private static readonly Option<int?> _keepEvery = new("--keep-every") { Description = "Never delete checkpoints of steps divisible by this." };

    public static Command Create()
    {
        var command = new CliCommand(
            "train",
            "Train a model. Stop it with Ctrl-C, by a file 'stop' in --out, or in any other way: --resume goes on exactly where it was.",
            "sparseaudio train --preset published --data data/train --out runs/first --minutes 20",
            "sparseaudio train --preset notes --data made/train --validation made/validation --out runs/notes --steps 5500",
            "sparseaudio train --data data/train --out runs/first --steps 5000 --resume",
            "mpirun -np 4 sparseaudio train --data data/train --out runs/four --batch 16 --steps 5000")
        {
            Options.Preset, _data, _validation, _out, _steps, _minutes, _resume, Options.Seed, Options.Device,
            _modelConfig, _trainingConfig, _rooms, _notes, _batch, _accumulate, _patience, _learningRate, _checkpointEvery, _keepEvery,
        };
        command.Runs(Run);
        return command;
    }

    private static void Run(Invocation invocation)
    {
        if (!MpiExchange.IsLaunched)
        {
            using var alone = new SingleProcess();
            Run(invocation, alone);
            return;
        }

        var patience = invocation.Value(_patience);
        if (patience is not (> 0 and < 1e6)) throw new CommandException($"--patience {patience}: give a number of seconds above 0");
        using var exchange = Join(TimeSpan.FromSeconds(patience));
        try
        {
            Run(invocation, exchange);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The others wait for this one, and would wait for ever. What all know, the first one says, and ends the others.
            var isCommon = error is TrainingException { IsKnownToAll: true };
            if (isCommon && exchange.Rank > 0) Thread.Sleep(TimeSpan.FromSeconds(10));
            else ErrorLine.Write(error, invocation.Parse, isCommon ? "" : $"process {exchange.Rank}: ");
            exchange.Abort();
            throw;
        }
    }

    /// <summary>Joins the processes that mpirun has started; ends this one, with an error, where another does not come.</summary>
    internal static MpiExchange Join(TimeSpan patience) => MpiExchange.Join(patience, message =>
    {
        Console.Error.WriteLine($"sparseaudio: error: {message}");
        Environment.Exit(ExitCode.Failed);
    });

    private static void Run(Invocation invocation, IGradientExchange exchange)
    {
        Action<string> note = exchange.Rank == 0 ? invocation.Note : _ => { };
        var budget = new TrainingBudget { Steps = invocation.Value(_steps), Time = Minutes(invocation) };
        var device = Device(invocation, exchange);
        using var run = exchange.Rank == 0
            ? invocation.WithProgress("examining recordings", progress => Open(invocation, device, exchange, progress.Report))
            : Open(invocation, device, exchange, progress: null);
        var trainer = run.Trainer;
        note(run.Data.Summary);
        note(run.Validation is null
            ? "no validation: the latest checkpoint counts as the best"
            : $"validation: {run.Validation.Summary}; {string.Join(", ", run.Validation.Files.Take(MostNamesShown).Select(file => file.Path))}"
                + (run.Validation.Files.Count > MostNamesShown ? ", …" : ""));
        var start = trainer.Step > 0 ? $"going on after step {trainer.Step}"
            : invocation.Value(_resume) ? "there is no checkpoint to resume, so this is a new training" : "a new training";
        var together = exchange.Count > 1 ? $", {exchange.Count} processes" : "";
        note(
            $"{start}: {run.Name}, {run.Model.parameters().Sum(p => p.numel()):N0} parameters, on {device.Reason}, "
                + $"{TorchSharp.torch.get_num_threads()} threads{together}");
        foreach (var said in trainer.Notes) note(said);

        var result = exchange.Rank == 0
            ? TrainingDisplay.Show(invocation, trainer.Step, budget, display => trainer.Run(budget, display, invocation.Cancellation))
            : trainer.Run(budget, progress: null, invocation.Cancellation);
        if (exchange.Rank > 0) return;
        var waiting = FormattableString.Invariant($"{100 * result.WaitingShare:F1}% of the time spent waiting for data");
        if (exchange.Count > 1)
            waiting += FormattableString.Invariant($", {100 * result.ExchangeShare:F1}% exchanging {result.ExchangeBytes / 1e6:F1} MB a step");
        invocation.Out.WriteLine(
            $"ended after step {result.Step} ({Reason(result.End)}), {result.SkippedSteps} skipped, {waiting}; {result.Checkpoint}");
        if (result.End == TrainingEnd.Cancelled) throw new OperationCanceledException(invocation.Cancellation);
    }

    // Each process of a machine takes a GPU of its own, as far as there are any.
    private static DeviceChoice Device(Invocation invocation, IGradientExchange exchange)
    {
        var choice = DeviceChoice.From(invocation.Value(Options.Device)!);
        return exchange.Count > 1 && choice.Device is { type: TorchSharp.DeviceType.CUDA, index: < 1 }
            ? DeviceChoice.From($"cuda:{exchange.LocalRank % TorchSharp.torch.cuda.device_count()}")
            : choice;
    }

    private static TrainingRun Open(Invocation invocation, DeviceChoice device, IGradientExchange exchange, Action<double, string>? progress) =>
        TrainingRun.Open(WithModel(invocation, new TrainingRequest
        {
            Data = invocation.Value(_data)!,
            Validation = invocation.Value(_validation),
            Out = invocation.Value(_out)!,
            Resume = invocation.Value(_resume),
            Rooms = invocation.Value(_rooms) ?? (Directory.Exists(ShippedRooms) ? ShippedRooms : null),
            Notes = invocation.Value(_notes) ?? (File.Exists(ShippedNotes) ? ShippedNotes : null),
            Device = device.Device,
            Exchange = exchange,
            Adjust = config => Adjusted(invocation, config),
            Segments = new SegmentOptions { Warn = invocation.Note, Progress = progress, Cancellation = invocation.Cancellation },
        }));

    // A note detector, or a model that encodes and decodes.
    private static TrainingRequest WithModel(Invocation invocation, TrainingRequest request)
    {
        if (invocation.Value(_modelConfig) is { } file)
        {
            var json = InputFile.ReadText(file, MostConfigBytes);
            return NoteDetectorConfig.Describes(json)
                ? request with { Detector = NoteDetectorConfig.FromJson(json), Notes = invocation.Value(_notes) }
                : request with { Model = ModelPreset.FromJson(json) };
        }

        var preset = invocation.Value(Options.Preset) ?? new WorkbookConfig().Name;
        return preset.Equals(NoteDetectorConfig.ModelName, StringComparison.OrdinalIgnoreCase)
            ? request with { Detector = new NoteDetectorConfig(), Notes = invocation.Value(_notes) }
            : request with { Model = ModelPreset.Config(preset) };
    }

    // What was typed counts; everything else stays as the preset, the file or the checkpoint has it.
    private static TrainingConfig Adjusted(Invocation invocation, TrainingConfig config)
    {
        if (invocation.Value(_trainingConfig) is { } file) config = TrainingConfig.FromJson(InputFile.ReadText(file, MostConfigBytes));
        return config with
        {
            Seed = invocation.Has(Options.Seed) ? invocation.Value(Options.Seed) : config.Seed,
            BatchSize = invocation.Value(_batch) ?? config.BatchSize,
            Accumulate = invocation.Value(_accumulate) ?? config.Accumulate,
            LearningRate = invocation.Value(_learningRate) ?? config.LearningRate,
            CheckpointEvery = invocation.Value(_checkpointEvery) ?? config.CheckpointEvery,
            KeepEvery = invocation.Value(_keepEvery) ?? config.KeepEvery,
        };
    }

    private static TimeSpan? Minutes(Invocation invocation) => invocation.Value(_minutes) switch
    {
        null => null,
        > 0 and < 1e6 and var minutes => TimeSpan.FromMinutes(minutes),
        var other => throw new CommandException($"--minutes {other}: give a number above 0"),
    };

    private static string Reason(TrainingEnd end) => end switch
    {
        TrainingEnd.Steps => "its steps are done",
        TrainingEnd.Time => "its time is over",
        TrainingEnd.StopFile => "the file 'stop' was there",
        _ => "interrupted",
    };
}
