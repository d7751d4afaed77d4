using System.CommandLine;
using SparseAudio.Cli.Archive;
using SparseAudio.Codec.Editing;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio convert</c>: codes between code files and JSON, and to MIDI.</summary>
internal static class ConvertCommand
{
    private const string MidiExtension = ".mid";

    private static readonly Option<string?> _to = new("--to")
    {
        Description = "For a folder or list of codes: what each becomes: json, sparse or mid.",
        HelpName = "KIND",
    };

    public static Command Create()
    {
        var input = new Argument<string>("input")
        {
            Description = "A code file (.sparse or .json), a folder of .sparse files or a list (.txt) of codes, or - for stdin.",
        };
        var output = new Argument<string>("output")
        {
            Description = "The new file: .sparse, .json, or .mid for notes (needs the model); or a folder.",
        };
        var command = new CliCommand(
            "convert",
            "Convert a code to JSON to edit by hand, back to a code file, or to MIDI notes.",
            "sparseaudio convert song.sparse song.json",
            "sparseaudio convert song.json song.sparse",
            "sparseaudio convert song.sparse song.mid",
            "sparseaudio convert codes midi --to mid")
        {
            input, output, _to, Shard.Option, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!, invocation.Value(output)!));
        return command.WithPrecisionOptions().WithModelOptions();
    }

    private static void Run(Invocation invocation, string input, string output)
    {
        string[] kinds = [.. CodeFiles.OutputExtensions, MidiExtension];
        var force = invocation.Value(Options.Force);
        var isArchive = Directory.Exists(input) || FileJobs.IsList(input);
        if (isArchive && invocation.Value(_to) is null)
            throw new CommandException($"{input}: say with --to what the codes become: json, sparse or mid");
        if (!isArchive && invocation.Value(_to) is not null)
            throw new CommandException("--to is for a folder or list; a file's kind is that of its name");
        var wanted = invocation.Value(_to) is { } kind ? ["." + kind.TrimStart('.').ToLowerInvariant()] : kinds;
        if (!kinds.Contains(wanted[0])) throw new CommandException($"--to {invocation.Value(_to)}: take json, sparse or mid");
        var precision = invocation.Precision();
        var plan = FileJobs.Plan(input, output, CodeFiles.Extensions, wanted, force);
        using var sounds = new EventSounds(invocation);
        bool IsMidi(string path) => Path.GetExtension(path).Equals(MidiExtension, StringComparison.OrdinalIgnoreCase);
        FileJobs.Run(invocation, plan, $"convert {precision.ToText()}", path => IsMidi(path) || CodeFiles.IsIntact(path), job =>
        {
            using var reader = CodeFiles.Open(invocation, job.Input);
            if (!IsMidi(job.Output))
            {
                CodeFiles.Convert(reader, job.Output, precision, force);
                return reader.DurationSeconds;
            }

            var code = reader.ToCode();
            var notes = sounds.MidiNotes(code);
            CodeFiles.WriteBytes(job.Output, MidiFile.ToBytes(notes), force);
            invocation.Note($"{job.Output}: {notes.Length} notes of {code.Events.Length} events");
            return code.DurationSeconds;
        });
    }
}
