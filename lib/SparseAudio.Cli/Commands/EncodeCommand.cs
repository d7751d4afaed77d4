using System.CommandLine;
using System.Diagnostics;
using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using SparseAudio.Models;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio encode</c>: recordings to code files.</summary>
internal static class EncodeCommand
{
    private static readonly string[] _extensions = [".wav", ".flac", ".ogg", ".mp3"];

    private static readonly Option<bool> _pure = new("--pure")
    {
        Description = "Keep of each event only when, which and how loud, not the details that some models add: a tenth of the size.",
    };

    private static readonly Option<int> _refine = new("--refine")
    {
        Description = "Improve the details by so many gradient steps for each segment, for models that have them: 15 bring about half of what 60 do.",
    };

    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "A recording (wav, flac, ogg, mp3), a folder of them, or - for stdin." };
        var output = new Argument<string?>("output")
        {
            Description = "The code file (.sparse, or .json), a folder, or - for stdout. Default: the input's name with .sparse.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new CliCommand(
            "encode",
            "Turn recordings into sparse events.",
            "sparseaudio encode song.flac",
            "sparseaudio encode song.mp3 song.json --lossless",
            "sparseaudio encode recordings/ codes/ --model my-model.safetensors",
            "sparseaudio encode song.flac best.sparse --refine 60",
            "sparseaudio encode song.wav - | sparseaudio decode - rebuilt.wav")
        {
            input, output, _pure, _refine, Options.Force,
        };
        PrecisionOptions.AddTo(command);
        LoadedModel.AddOptions(command);
        command.Runs(invocation => Run(invocation, invocation.Value(input)!, invocation.Value(output)));
        return command;
    }

    private static void Run(Invocation invocation, string input, string? output)
    {
        var force = invocation.Value(Options.Force);
        var precision = PrecisionOptions.Of(invocation);
        var jobs = FileJobs.Plan(input, output, _extensions, CodeFiles.OutputExtensions, force);
        using var model = LoadedModel.Load(invocation);
        var encoder = new CodeEncoder(model) { RefineSteps = RefineSteps(invocation, model.Config), Pure = invocation.Value(_pure) };
        foreach (var job in jobs)
        {
            var clock = Stopwatch.StartNew();
            using var progress = invocation.Progress(job.Input);
            using var spooled = job.Input == FileJobs.Pipe ? SpooledInput.FromStdin() : null;
            using var recording = Recording.Open(spooled?.Path ?? job.Input, model.Config.SampleRate);
            foreach (var warning in recording.Warnings) invocation.Note($"{job.Input}: {warning}");
            if (recording.Length == 0) throw new CommandException($"{job.Input}: holds no samples; there is nothing to encode");
            FileJobs.MakeFolder(job);
            var (events, bytes) = OutputFile.Write(
                job.Output, path => Encode(encoder, recording, path, precision, force, new Progress(progress), invocation.Cancellation));
            progress.Dispose();
            invocation.Note($"{job.Output}: {events} events in {recording.DurationSeconds:F1} s, {bytes} bytes, {recording.DurationSeconds / clock.Elapsed.TotalSeconds:F1} times real time");
        }
    }

    // JSON is made of the whole code; a code file takes the memory of a segment.
    private static (int Events, long Bytes) Encode(
        CodeEncoder encoder, Recording recording, string path, CodePrecision precision, bool force, Progress progress, CancellationToken cancellation)
    {
        if (!CodeFiles.IsJson(path))
            return (encoder.EncodeToFile(recording, path, precision, force, progress, cancellation), new FileInfo(path).Length);
        var code = encoder.Encode(recording, progress, cancellation);
        return (code.Events.Length, CodeFiles.Write(path, code, precision, force));
    }

    private static int RefineSteps(Invocation invocation, ModelConfig config)
    {
        var steps = invocation.Value(_refine);
        if (steps < 0) throw new CommandException($"--refine {steps}: give 0 or more steps");
        if (steps > 0 && invocation.Value(_pure)) throw new CommandException("--refine improves the details that --pure leaves out; give one of the two");
        if (steps > 0 && !config.Detailed) throw new CommandException($"--refine: events of the model '{config.Name}' have no details to improve");
        return steps;
    }
}
