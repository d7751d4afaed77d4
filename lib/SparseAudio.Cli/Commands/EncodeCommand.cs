using System.CommandLine;
using System.Diagnostics;
using SparseAudio.Audio;
using SparseAudio.Cli.Archive;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using SparseAudio.Models;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio encode</c>: recordings to code files.</summary>
internal static class EncodeCommand
{
    /// <summary>The kinds of recordings that are taken out of a folder.</summary>
    internal static IReadOnlyList<string> Recordings { get; } = [".wav", ".flac", ".ogg", ".mp3"];

    private static readonly Option<bool> _pure = new("--pure")
    {
        Description = "Keep of each event only time, channel and amplitude, not the details that some models add: a sixth of the size.",
    };

    private static readonly Option<int> _refine = new("--refine")
    {
        Description = "Gradient steps on each segment's details (with --pure: values), for models that have details. 8 bring two thirds of "
            + "what 60 do; 0 encodes two to three times as fast.",
        DefaultValueFactory = _ => RateControl.UsualRefineSteps,
    };

    private static readonly Option<double?> _rate = new("--kbps")
    {
        Description = "Keep the events, and the details of events, that are worth their bits at this rate of the whole file, in kbit/s. Only what "
            + "brings the sound nearest is kept; a rate above that of the whole code changes nothing.",
        HelpName = "RATE",
    };

    public static Command Create()
    {
        var input = new Argument<string>("input")
        {
            Description = "A recording (wav, flac, ogg, mp3), a folder or a list (.txt) of them, or - for stdin.",
        };
        var output = new Argument<string?>("output")
        {
            Description = "The code file (.sparse, or .json), a folder, or - for stdout. Default: the input's name with .sparse.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new CliCommand(
            "encode",
            "Encode recordings as sparse events.",
            "sparseaudio encode song.flac",
            "sparseaudio encode song.mp3 song.json --lossless",
            "sparseaudio encode recordings/ codes/ --model my-model.safetensors",
            "sparseaudio encode song.flac best.sparse --refine 60",
            "sparseaudio encode song.flac small.sparse --kbps 1.5",
            "parallel -j 4 sparseaudio encode recordings codes --shard {}/16 ::: {1..16}",
            "sparseaudio encode song.wav - | sparseaudio decode - rebuilt.wav")
        {
            input, output, _pure, _refine, _rate, Shard.Option, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!, invocation.Value(output)));
        return command.WithPrecisionOptions().WithModelOptions();
    }

    private static void Run(Invocation invocation, string input, string? output)
    {
        var force = invocation.Value(Options.Force);
        var precision = invocation.Precision();
        var rate = Rate(invocation);
        var plan = FileJobs.Plan(input, output, [.. Recordings], CodeFiles.OutputExtensions, force);
        using var model = LoadedModel.Load(invocation);
        var encoder = new CodeEncoder(model) { RefineSteps = RefineSteps(invocation, model.Config), Pure = invocation.Value(_pure) };
        var recipe = $"encode {ModelFingerprint.Of(model)} {precision.ToText()} pure={encoder.Pure} refine={encoder.RefineSteps}"
            + (rate is null ? "" : FormattableString.Invariant($" kbps={rate}"));
        var control = rate is null ? null : new RateControl(encoder);
        FileJobs.Run(invocation, plan, recipe, CodeFiles.IsIntact, job =>
        {
            var clock = Stopwatch.StartNew();
            var (seconds, events, bytes) = Pipes.Read(
                job.Input, input => Pipes.Write(job.Output, output => Encode(invocation, encoder, control, job, input, output, precision, force)));
            invocation.Note(
                $"{job.Output}: {events} events in {seconds:F1} s, {bytes} bytes, {seconds / clock.Elapsed.TotalSeconds:F1} times real time");
            return seconds;
        });
    }

    private static (double Seconds, int Events, long Bytes) Encode(
        Invocation invocation, CodeEncoder encoder, RateControl? control, FileJob job, string input, string output, CodePrecision precision,
        bool force)
    {
        using var recording = Recording.Open(input, encoder.Layout.SampleRate);
        foreach (var warning in recording.Warnings) invocation.Note($"{job.Input}: {warning}");
        if (recording.Length == 0) throw new CommandException($"{job.Input}: holds no samples; there is nothing to encode");
        return invocation.WithProgress(job.Input, progress =>
        {
            if (control is not null)
            {
                if (CodeFiles.IsJson(output)) throw new CommandException($"{job.Output}: a rate (--kbps) is that of a .sparse file; name one");
                var rated = AtRate(control, recording, invocation, progress);
                CodeFiles.WriteBytes(output, rated.File, force);
                return (recording.DurationSeconds, rated.Code.Events.Length, (long)rated.File.Length);
            }

            // JSON is made of the whole code; a code file takes the memory of a segment.
            if (!CodeFiles.IsJson(output))
            {
                var events = encoder.EncodeToFile(recording, output, precision, force, progress, invocation.Cancellation);
                return (recording.DurationSeconds, events, new FileInfo(output).Length);
            }

            var code = encoder.Encode(recording, progress, invocation.Cancellation);
            return (recording.DurationSeconds, code.Events.Length, (long)CodeFiles.Write(output, code, precision, force));
        });
    }

    private static RatedCode AtRate(RateControl control, Recording recording, Invocation invocation, IProgress<double> progress)
    {
        var asked = invocation.Value(_rate)!.Value;
        try
        {
            var rated = control.Encode(recording, asked, progress, invocation.Cancellation);
            invocation.Note(FormattableString.Invariant($"{rated.KilobitsPerSecond:F2} of {asked} kbit/s"));
            return rated;
        }
        catch (CodeRateException exception)
        {
            throw new CommandException($"--kbps {asked}: {exception.Message}");
        }
    }

    private static double? Rate(Invocation invocation)
    {
        var rate = invocation.Value(_rate);
        if (rate is null) return null;
        if (!(rate > 0 && double.IsFinite(rate.Value))) throw new CommandException($"--kbps {rate}: give a number above 0");
        return invocation.Has(Options.Quality) || invocation.Has(Options.Lossless)
            ? throw new CommandException("--kbps chooses how finely numbers are kept; leave --quality and --lossless out")
            : rate;
    }

    private static int RefineSteps(Invocation invocation, ModelConfig config)
    {
        var steps = invocation.Value(_refine);
        if (steps < 0) throw new CommandException($"--refine {steps}: give 0 or more steps");
        if (steps == 0 || config.DetailSize > 0) return steps;
        return invocation.Has(_refine)
            ? throw new CommandException($"--refine: events of the model '{config.Name}' have no details to refine")
            : 0;
    }
}
