using System.CommandLine;
using SparseAudio.Codec.Editing;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio convert</c>: codes between code files and JSON, and to MIDI.</summary>
internal static class ConvertCommand
{
    private const string MidiExtension = ".mid";

    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "A code file (.sparse or .json), or - for stdin." };
        var output = new Argument<string>("output") { Description = "The new file: .sparse, .json, or .mid for notes (needs the model)." };
        var command = new CliCommand(
            "convert",
            "Convert a code to JSON to edit by hand, back to a code file, or to MIDI notes.",
            "sparseaudio convert song.sparse song.json",
            "sparseaudio convert song.json song.sparse",
            "sparseaudio convert song.sparse song.mid")
        {
            input, output, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!, invocation.Value(output)!));
        return command.WithPrecisionOptions().WithModelOptions();
    }

    private static void Run(Invocation invocation, string input, string output)
    {
        var force = invocation.Value(Options.Force);
        FileJobs.CheckOutput(output, [.. CodeFiles.OutputExtensions, MidiExtension], force);
        var precision = invocation.Precision();
        using var reader = CodeFiles.Open(input);
        if (!Path.GetExtension(output).Equals(MidiExtension, StringComparison.OrdinalIgnoreCase))
        {
            CodeFiles.Convert(reader, output, precision, force);
            return;
        }

        var code = reader.ToCode();
        using var sounds = new EventSounds(invocation);
        var notes = sounds.MidiNotes(code);
        CodeFiles.WriteBytes(output, MidiFile.ToBytes(notes), force);
        invocation.Note($"{output}: {notes.Length} notes of {code.Events.Length} events");
    }
}
