using System.CommandLine;
using SparseAudio.Audio;
using SparseAudio.Evaluation;
using SparseAudio.Evaluation.Baselines;
using SparseAudio.Model;
using SparseAudio.Training;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio evaluate</c>: how close a model's rebuilt segments are to the originals, beside simpler systems.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> _data = new("--data") { Description = "Folder of recordings.", HelpName = "FOLDER", Required = true };
    private static readonly Option<int?> _perClip = new("--per-clip") { Description = "So many segments, evenly spread, of each recording; without it all." };
    private static readonly Option<int> _refine = new("--refine") { Description = "Also measure codes refined by so many gradient steps." };
    private static readonly Option<bool> _events = new("--events") { Description = "Also measure the events one by one: energy explained, redundancy, dead and duplicate ones." };
    private static readonly Option<string[]> _baselines = new("--baselines")
    {
        Description = $"Also measure systems without a model: all, or some of {string.Join(", ", Baseline.Names)}.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> _csv = new("--csv") { Description = "Write every segment's measurements to this file.", HelpName = "FILE" };
    private static readonly Option<string?> _json = new("--json-file") { Description = "Write means and intervals, in all and by recording, to this file.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new CliCommand(
            "evaluate",
            "Measure how close rebuilt segments are to their originals.",
            "sparseaudio evaluate --data data/test --per-clip 12",
            "sparseaudio evaluate --model data/workbook.safetensors --data data/test --refine 60 --baselines all --csv results.csv")
        {
            SharedOptions.Model, _data, _perClip, _refine, _events, _baselines, _csv, _json, SharedOptions.Json, SharedOptions.Force, SharedOptions.Device,
        };
        command.Runs(Run);
        return command;
    }

    private static void Run(Invocation invocation)
    {
        CheckOutputs(invocation);
        using var model = Load(invocation);
        var clips = Recordings(invocation.Value(_data)!, model.Config.SampleRate);
        var systems = Systems(invocation, model);
        IReadOnlyList<EvaluationRecord> records;
        using (var progress = invocation.Progress("measuring"))
        {
            records = EvaluationRun.Measure(clips, systems, model.Config.Samples, invocation.Value(_perClip), done => progress.Report(done), invocation.Cancellation);
        }

        if (records.Count == 0) throw new CommandException($"{invocation.Value(_data)}: no recording has {model.Config.Samples} samples at {model.Config.SampleRate} Hz that are not silent");
        var summaries = EvaluationSummary.Of(records);
        var numbers = systems.ToDictionary(system => system.Name, system => system.NumbersPer(model.Config.Samples));
        if (invocation.Value(_csv) is { } csv) File.WriteAllText(csv, EvaluationReport.Csv(records));
        if (invocation.Value(_json) is { } json) File.WriteAllText(json, EvaluationReport.Json(summaries, numbers));
        if (invocation.Value(SharedOptions.Json)) Console.Out.WriteLine(EvaluationReport.Json(summaries, numbers));
        else Console.Out.Write(EvaluationReport.Table(summaries, numbers));
    }

    private static void CheckOutputs(Invocation invocation)
    {
        foreach (var file in new[] { invocation.Value(_csv), invocation.Value(_json) }.OfType<string>())
        {
            if (File.Exists(file) && !invocation.Value(SharedOptions.Force)) throw new CommandException($"{file} exists; add --force to overwrite it");
        }
    }

    private static SparseAudioModel Load(Invocation invocation)
    {
        var file = invocation.Value(SharedOptions.Model) ?? Path.Combine("data", "workbook.safetensors");
        if (!File.Exists(file) && !Directory.Exists(file)) throw new CommandException($"{file}: there is no such model; name one with --model FILE");
        return ModelFile.Load(file, DeviceChoice.From(invocation.Value(SharedOptions.Device)!).Device);
    }

    private static List<AudioClip> Recordings(string folder, int sampleRate)
    {
        if (!Directory.Exists(folder)) throw new CommandException($"{folder}: there is no such folder");
        var files = Directory.GetFiles(folder).Where(file => Path.GetExtension(file).ToLowerInvariant() is ".wav" or ".flac" or ".ogg" or ".mp3");
        List<AudioClip> clips = [.. files.Order(StringComparer.Ordinal).Select(file => AudioFile.Read(file, sampleRate) with { Name = Path.GetFileNameWithoutExtension(file) })];
        return clips.Count > 0 ? clips : throw new CommandException($"{folder}: there are no recordings (wav, flac, ogg, mp3) in it");
    }

    private static List<IReconstructor> Systems(Invocation invocation, SparseAudioModel model)
    {
        var name = model.Config.Name;
        var events = invocation.Value(_events);
        List<IReconstructor> systems = [];
        systems.AddRange(BaselineNames(invocation).Select(baseline => Baseline.Create(baseline, model.Config.SampleRate, events)));
        if (!model.Config.Detailed) return [.. systems, new ModelReconstructor(model, name) { WithEvents = events }];
        systems.Add(new ModelReconstructor(model, $"{name}, pure") { Detailed = false, WithEvents = events });
        systems.Add(new ModelReconstructor(model, $"{name}, detailed") { WithEvents = events });
        if (invocation.Value(_refine) is > 0 and var steps) systems.Add(new ModelReconstructor(model, $"{name}, refined {steps}") { RefineSteps = steps, WithEvents = events });
        return systems;
    }

    private static IReadOnlyList<string> BaselineNames(Invocation invocation)
    {
        var names = invocation.Value(_baselines) ?? [];
        if (names is ["all"]) return Baseline.Names;
        foreach (var name in names.Except(Baseline.Names)) throw new CommandException($"--baselines {name}: there is no such system; take all, or some of {string.Join(", ", Baseline.Names)}");
        return names;
    }
}
