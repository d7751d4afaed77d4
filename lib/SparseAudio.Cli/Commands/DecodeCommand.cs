using System.CommandLine;
using System.Diagnostics;
using SparseAudio.Cli.Archive;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio decode</c>: code files to sound.</summary>
internal static class DecodeCommand
{
    // An hour, and ten seconds more for every byte of events: what a recording's code has, and a hundred times as much silence.
    private const double SecondsAlways = 3600;
    private const double SecondsPerByte = 10;

    private static readonly Option<bool> _allowLong = new("--allow-long")
    {
        Description = "Decode codes that say they are far longer than their few events suggest, such as an event a day.",
    };

    public static Command Create()
    {
        var input = new Argument<string>("input")
        {
            Description = "A code file (.sparse or .json), a folder of .sparse files or a list (.txt) of codes, or - for stdin.",
        };
        var output = new Argument<string?>("output")
        {
            Description = "The WAV file, a folder, or - for stdout. Default: the input's name with .wav.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new CliCommand(
            "decode",
            "Decode sparse events to sound.",
            "sparseaudio decode song.sparse",
            "sparseaudio decode codes/ rebuilt/ --force",
            "sparseaudio decode song.sparse - | aplay")
        {
            input, output, _allowLong, Shard.Option, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!, invocation.Value(output)));
        return command.WithModelOptions();
    }

    // A file of 400 bytes can say that it is a year long, and would fill the disk with silence.
    private static void RefuseLong(string file, CodeReader code)
    {
        if (code.DurationSeconds <= SecondsAlways + SecondsPerByte * code.Info.EventBytes) return;
        throw new CommandException(
            $"{file}: says that its {code.Info.EventBytes} bytes of events last {code.DurationSeconds / 3600:N0} hours, a WAV file of "
                + $"{2e-9 * code.Length:N1} GB; add --allow-long if that is right");
    }

    private static void Run(Invocation invocation, string input, string? output)
    {
        var force = invocation.Value(Options.Force);
        var plan = FileJobs.Plan(input, output, CodeFiles.Extensions, [WavOutput.Extension], force);
        using var model = LoadedModel.Load(invocation);
        var decoder = new CodeDecoder(model);
        FileJobs.Run(invocation, plan, $"decode {decoder.Fingerprint}", WavOutput.IsIntact, job =>
        {
            using var code = CodeFiles.Open(invocation, job.Input);
            if (!invocation.Value(_allowLong)) RefuseLong(job.Input, code);
            var clock = Stopwatch.StartNew();
            var clipped = invocation.WithProgress(job.Input, progress =>
                WavOutput.Write(job.Output, code.Layout.SampleRate, decoder.DecodeBlocks(code, progress, invocation.Cancellation), force));
            var speed = code.DurationSeconds / clock.Elapsed.TotalSeconds;
            invocation.Note($"{job.Output}: {code.DurationSeconds:F1} s from {code.EventCount} events, {speed:F1} times real time");
            if (clipped > 0)
                invocation.Note($"{job.Output}: {clipped} samples were beyond full scale and are clipped; lower the level with edit --gain");
            return code.DurationSeconds;
        });
    }
}
