using System.CommandLine;
using SparseAudio.Audio;
using SparseAudio.Cli.Archive;
using SparseAudio.Codec;
using SparseAudio.Evaluation;
using SparseAudio.Evaluation.Baselines;
using SparseAudio.Evaluation.Rates;
using SparseAudio.Models;
using SparseAudio.Models.Workbook;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio evaluate</c>: how close a model's rebuilt segments are to the originals, beside simpler systems.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> _data = new("--data")
    {
        Description = "Folder, or list (.txt), of recordings.",
        HelpName = "FOLDER",
        Required = true,
    };
    private static readonly Option<int?> _perClip = new("--per-clip")
    {
        Description = "So many segments, evenly spread, of each recording; without it all.",
    };
    private static readonly Option<int> _refine = new("--refine")
    {
        Description = "Also measure codes refined by so many gradient steps; with --kbps, refine them so, otherwise as encode does.",
    };
    private static readonly Option<bool> _events = new("--events")
    {
        Description = "Also measure the events one by one: energy explained, redundancy, dead and duplicate ones.",
    };
    private static readonly Option<bool> _notes = new("--notes")
    {
        Description = "Instead, measure the notes that the events become as MIDI against the label files beside the recordings.",
    };
    private static readonly Option<bool> _transcribe = new("--transcribe")
    {
        Description = "With --notes: measure the notes that the note detector finds instead of the events.",
    };
    private static readonly Option<string[]> _baselines = new("--baselines")
    {
        Description = $"Also measure systems without a model: all, or some of {string.Join(", ", Baseline.Names)}; "
            + "without --model or --preset only these.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> _csv = new("--csv")
    {
        Description = "Write every segment's measurements to this file; with --kbps every recording's.",
        HelpName = "FILE",
    };
    private static readonly Option<string?> _into = new("--into")
    {
        Description = "Measure an archive file by file, each into a .csv in this folder, which keeps a manifest: interrupted or shared among "
            + "processes (--shard), it goes on with what is missing, and sums up what all have measured.",
        HelpName = "FOLDER",
    };
    private static readonly Option<string?> _json = new("--json-file")
    {
        Description = "Write means and intervals, in all and by recording, to this file.",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var command = new CliCommand(
            "evaluate",
            "Measure how close rebuilt segments are to their originals.",
            "sparseaudio evaluate --data data/test --per-clip 12",
            "sparseaudio evaluate --data data/test --per-clip 2 --baselines gabor damped+noise --events",
            "sparseaudio evaluate --model data/workbook.safetensors --data data/test --refine 60 --baselines all --csv results.csv",
            "sparseaudio evaluate --data recordings --into measured --shard 1/4",
            "sparseaudio evaluate --data data/made --notes",
            "sparseaudio evaluate --data data/made --notes --transcribe",
            "sparseaudio evaluate --data data/test --kbps 0.5 1 2 4 6 --seconds 12 --baselines all --csv rates.csv")
        {
            _data, _perClip, _refine, _events, _notes, _transcribe, Options.Detector, NoteComparison.OnsetTolerance,
            _baselines, RateComparison.Rates, RateComparison.Seconds, _csv, _json, _into, Shard.Option, Options.Json, Options.Force,
        };
        command.Runs(Run);
        return command.WithModelOptions();
    }

    private static void Run(Invocation invocation)
    {
        if (invocation.Value(_notes))
        {
            NoteComparison.Evaluate(invocation, invocation.Value(_data)!, invocation.Value(_transcribe));
            return;
        }

        if (invocation.Value(_transcribe)) throw new CommandException("--transcribe measures notes; give --notes as well");
        CheckOutputs(invocation);
        if (RateComparison.Applies(invocation, _perClip, _events, _into))
        {
            CompareAtRates(invocation);
            return;
        }

        var baselines = BaselineNames(invocation);
        using var model = baselines.Count > 0 && !NamesModel(invocation) ? null : LoadedModel.Load(invocation);
        var config = model?.Config ?? new WorkbookConfig();
        var withEvents = invocation.Value(_events);
        IReconstructor[] systems =
        [
            .. baselines.Select(name => Baseline.Create(name, config.SampleRate, withEvents)),
            .. model is null ? [] : Levels(model, invocation.Value(_refine), withEvents),
        ];
        if (invocation.Value(_into) is { } folder)
        {
            EvaluationArchive.Measure(
                invocation, invocation.Value(_data)!, folder, systems, config, model is null ? "" : ModelFingerprint.Of(model),
                invocation.Value(_perClip));
            return;
        }

        var clips = Recordings(invocation.Value(_data)!, config.SampleRate, Shard.Of(invocation));
        var records = invocation.WithProgress("measuring", progress =>
            EvaluationRun.Measure(clips, systems, config.Samples, invocation.Value(_perClip), progress.Report, invocation.Cancellation));
        if (records.Count == 0)
            throw new CommandException(
                $"{invocation.Value(_data)}: no recording has {config.Samples} samples at {config.SampleRate} Hz that are not silent");
        var summaries = EvaluationSummary.Of(records);
        if (invocation.Value(_csv) is { } csv) File.WriteAllText(csv, EvaluationCsv.Text(records));
        if (invocation.Value(_json) is { } json) File.WriteAllText(json, EvaluationReport.Json(summaries));
        Show(invocation, summaries);
    }

    private static void CompareAtRates(Invocation invocation)
    {
        var names = RateComparison.Names(invocation.Value(_baselines) ?? []);
        var files = Files(invocation.Value(_data)!, Shard.Of(invocation));
        using var model = LoadedModel.Load(invocation);
        var refine = invocation.Has(_refine) || model.Config.DetailSize == 0 ? invocation.Value(_refine) : RateControl.UsualRefineSteps;
        CheckRefine(model, refine);
        var records = RateComparison.Measure(invocation, files, model, refine, names);
        if (invocation.Value(_csv) is { } csv) File.WriteAllText(csv, RateReport.Csv(records));
        if (invocation.Value(_json) is { } json) File.WriteAllText(json, RateReport.Json(records));
        Console.Out.Write(invocation.Value(Options.Json) ? RateReport.Json(records) + "\n" : RateReport.Table(records));
    }

    /// <summary>Writes summaries to stdout.</summary>
    internal static void Show(Invocation invocation, IReadOnlyList<EvaluationSummary> summaries)
    {
        if (invocation.Value(Options.Json)) Console.Out.WriteLine(EvaluationReport.Json(summaries));
        else Console.Out.Write(EvaluationReport.Table(summaries));
    }

    private static void CheckOutputs(Invocation invocation)
    {
        foreach (var file in new[] { invocation.Value(_csv), invocation.Value(_json) }.OfType<string>())
        {
            if (File.Exists(file) && !invocation.Value(Options.Force)) throw new CommandException($"{file} exists; add --force to overwrite it");
        }
    }

    private static bool NamesModel(Invocation invocation) => invocation.Has(Options.Model) || invocation.Has(Options.Preset);

    private static List<AudioClip> Recordings(string folder, int sampleRate, Shard shard) =>
        [.. Files(folder, shard).Select(file => AudioFile.Read(file, sampleRate) with { Name = Path.GetFileNameWithoutExtension(file) })];

    private static List<string> Files(string folder, Shard shard)
    {
        if (!Directory.Exists(folder) && !FileJobs.IsList(folder)) throw new CommandException($"{folder}: there is no such folder");
        var files = (FileJobs.IsList(folder) ? FileJobs.ReadList(folder) : Directory.GetFiles(folder))
            .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".wav" or ".flac" or ".ogg" or ".mp3");
        List<string> own = [.. shard.Of(files.Order(StringComparer.Ordinal))];
        return own.Count > 0 ? own : throw new CommandException($"{folder}: there are no recordings (wav, flac, ogg, mp3) in it");
    }

    private static IReadOnlyList<IReconstructor> Levels(SparseAudioModel model, int refine, bool withEvents)
    {
        CheckRefine(model, refine);
        return ModelReconstructor.Levels(model, refine, withEvents);
    }

    private static void CheckRefine(SparseAudioModel model, int refine)
    {
        if (refine < 0) throw new CommandException($"--refine {refine}: give 0 or more steps");
        if (refine > 0 && model.Config.DetailSize == 0)
            throw new CommandException($"--refine: events of the preset '{model.Config.Name}' have no details to refine");
    }

    private static IReadOnlyList<string> BaselineNames(Invocation invocation)
    {
        var names = invocation.Value(_baselines) ?? [];
        if (names is ["all"]) return Baseline.Names;
        foreach (var name in names.Except(Baseline.Names))
            throw new CommandException($"--baselines {name}: there is no such system; take all, or some of {string.Join(", ", Baseline.Names)}");
        return names;
    }
}
