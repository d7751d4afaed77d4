using System.CommandLine;
using System.Diagnostics;
using SparseAudio.Codec;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio decode</c>: code files to sound.</summary>
internal static class DecodeCommand
{
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "A code file (.sparse or .json), a folder of .sparse files, or - for stdin." };
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
            input, output, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!, invocation.Value(output)));
        return command.WithModelOptions();
    }

    private static void Run(Invocation invocation, string input, string? output)
    {
        var force = invocation.Value(Options.Force);
        var jobs = FileJobs.Plan(input, output, CodeFiles.Extensions, [WavOutput.Extension], force);
        using var model = LoadedModel.Load(invocation);
        var decoder = new CodeDecoder(model);
        foreach (var job in jobs)
        {
            using var code = CodeFiles.Open(job.Input);
            var clock = Stopwatch.StartNew();
            FileJobs.MakeFolder(job);
            var clipped = invocation.WithProgress(job.Input, progress =>
                WavOutput.Write(job.Output, code.Layout.SampleRate, decoder.DecodeBlocks(code, progress, invocation.Cancellation), force));
            var speed = code.DurationSeconds / clock.Elapsed.TotalSeconds;
            invocation.Note($"{job.Output}: {code.DurationSeconds:F1} s from {code.EventCount} events, {speed:F1} times real time");
            if (clipped > 0)
                invocation.Note($"{job.Output}: {clipped} samples were beyond full scale and are clipped; lower the level with edit --gain");
        }
    }
}
