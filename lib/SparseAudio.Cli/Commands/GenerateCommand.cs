using System.CommandLine;
using SparseAudio.Codec;
using SparseAudio.Codec.Editing;
using SparseAudio.Codec.Format;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio generate</c>: sound from random events.</summary>
internal static class GenerateCommand
{
    private const float Peak = 0.9f;
    private static readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Length in seconds.",
        DefaultValueFactory = _ => 32768 / 22050.0,
    };
    private static readonly Option<int?> _events = new("--events")
    {
        Description = "Events in a segment (1.5 s), without --like; by default as many as the model encodes.",
    };
    private static readonly Option<string?> _like = new("--like")
    {
        Description = "Draw the events from those of this code instead of uniformly.",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var output = new Argument<string>("output") { Description = "A WAV file, a code file (.sparse or .json), or - for WAV to stdout." };
        var command = new CliCommand(
            "generate",
            "Decode random events: uniformly random ones as in the post, or drawn from those of a recording.",
            "sparseaudio generate random.wav --seed 3",
            "sparseaudio generate shuffled.wav --like song.sparse --seconds 10",
            "sparseaudio generate random.sparse --events 16")
        {
            output, _seconds, _events, _like, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(output)!));
        return command.WithModelOptions();
    }

    private static void Run(Invocation invocation, string output)
    {
        var force = invocation.Value(Options.Force);
        FileJobs.CheckOutput(output, [WavOutput.Extension, .. CodeFiles.OutputExtensions], force);
        if (invocation.Value(_events) is < 1 and var count) throw new CommandException($"--events {count} is not possible; give 1 or more");
        var like = invocation.Value(_like) is { } file ? CodeFiles.Read(file) : null;
        using var model = LoadedModel.Load(invocation);
        var decoder = new CodeDecoder(model);
        var seed = unchecked((int)invocation.Value(Options.Seed));
        var code = like is not null
            ? CodeGenerator.Like(like, invocation.Value(_seconds), seed)
            : CodeGenerator.Uniform(CodeTensors.LayoutOf(model.Config), decoder.Fingerprint, invocation.Value(_seconds),
                invocation.Value(_events) ?? model.Config.Events, seed);
        if (IsCode(output))
        {
            CodeFiles.Write(output, code, new CodePrecision(), force);
            return;
        }

        using var sound = invocation.WithProgress(
            output, progress => new TempAudioFile(decoder.DecodeBlocks(code, progress, invocation.Cancellation)));
        WavOutput.Write(output, code.Layout.SampleRate, sound.Read(Peak), force);
        invocation.Note($"{output}: {code.Events.Length} events in {code.DurationSeconds:F1} s");
    }

    private static bool IsCode(string output) => CodeFiles.OutputExtensions.Contains(Path.GetExtension(output), StringComparer.OrdinalIgnoreCase);
}
