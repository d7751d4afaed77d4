using System.CommandLine;
using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Editing;
using SparseAudio.Codec.Format;
using SparseAudio.Data.Notes;
using SparseAudio.Models;
using SparseAudio.Models.Workbook;

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
        Description = "Draw the events from those of this code or recording instead of uniformly.",
        HelpName = "FILE",
    };
    private static readonly Option<string?> _midi = new("--midi")
    {
        Description = "Play the notes of this MIDI file (or .csv of notes) with the timbres of --like.",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var output = new Argument<string>("output") { Description = "A WAV file, a code file (.sparse or .json), or - for WAV to stdout." };
        var command = new CliCommand(
            "generate",
            "Decode events that were not encoded: uniformly random ones as in the post, or drawn from a recording, or the notes of a MIDI file.",
            "sparseaudio generate random.wav --seed 3",
            "sparseaudio generate shuffled.wav --like song.sparse --seconds 10",
            "sparseaudio generate random.sparse --events 16",
            "sparseaudio generate played.wav --midi song.mid --like recording.flac")
        {
            output, _seconds, _events, _like, _midi, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(output)!));
        return command.WithModelOptions();
    }

    private static void Run(Invocation invocation, string output)
    {
        var force = invocation.Value(Options.Force);
        FileJobs.CheckOutput(output, [WavOutput.Extension, .. CodeFiles.OutputExtensions], force);
        if (invocation.Value(_events) is < 1 and var count) throw new CommandException($"--events {count} is not possible; give 1 or more");
        if (invocation.Has(_midi) && !invocation.Has(_like))
            throw new CommandException("--midi needs timbres: give --like with a recording or a code");
        var notes = invocation.Value(_midi) is { } song ? NoteLabels.Read(song) : null;
        using var model = LoadedModel.Load(invocation);
        var decoder = new CodeDecoder(model);
        var like = invocation.Value(_like) is { } file ? CodeOf(file, model, invocation) : null;
        var seed = unchecked((int)invocation.Value(Options.Seed));
        var code = notes is not null
            ? new NotePerformance(OfNotes(model), like!).Play(notes)
            : like is not null
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

    private static WorkbookModel OfNotes(SparseAudioModel model) =>
        model as WorkbookModel ?? throw new CommandException($"the events of the model '{model.Config.Name}' are not notes");

    private static SparseCode CodeOf(string file, SparseAudioModel model, Invocation invocation)
    {
        if (file == Pipes.Name || CodeFiles.OutputExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            return CodeFiles.Read(invocation, file);
        using var recording = Recording.Open(file, model.Config.SampleRate);
        return invocation.WithProgress(
            file, progress => new CodeEncoder(model).Encode(recording, progress, invocation.Cancellation));
    }

    private static bool IsCode(string output) => CodeFiles.OutputExtensions.Contains(Path.GetExtension(output), StringComparer.OrdinalIgnoreCase);
}
