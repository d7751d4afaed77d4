using System.CommandLine;
using SparseAudio.Data.Notes;
using SparseAudio.Evaluation.Notes;

namespace SparseAudio.Cli.Commands;

/// <summary>What <c>sparseaudio compare</c> does with MIDI files and label files: how many of the true notes were found.</summary>
internal static class NoteComparison
{
    private const double Milliseconds = 1000;

    /// <summary>How far apart the onsets of one note may be, for recordings whose labels are coarse.</summary>
    public static Option<double> OnsetTolerance { get; } = new("--onset-tolerance")
    {
        Description = "For notes: milliseconds that onsets of the same note may be apart.",
        HelpName = "MS",
        DefaultValueFactory = _ => NoteTolerance.WithOffsets.OnsetSeconds * Milliseconds,
    };

    /// <summary>Whether both files hold notes; an error where only one of them does.</summary>
    /// <exception cref="CommandException">One holds notes, the other does not.</exception>
    public static bool Applies(string original, string rebuilt) =>
        NoteLabels.IsNoteFile(original) == NoteLabels.IsNoteFile(rebuilt)
            ? NoteLabels.IsNoteFile(original)
            : throw new CommandException(
                $"{original}, {rebuilt}: compare two recordings, or two files of notes ({string.Join(", ", NoteLabels.Extensions)})");

    /// <summary>Prints the measures of the notes in <paramref name="found"/> against those in <paramref name="reference"/>.</summary>
    public static void Run(Invocation invocation, string reference, string found)
    {
        var milliseconds = invocation.Value(OnsetTolerance);
        if (!(milliseconds > 0)) throw new CommandException($"--onset-tolerance {milliseconds}: give a number above 0");
        var tolerance = NoteTolerance.WithOffsets with { OnsetSeconds = milliseconds / Milliseconds };
        var measures = NoteMeasures.Of(NoteLabels.Read(reference), NoteLabels.Read(found), tolerance);
        (string, NoteMeasures)[] rows = [(Path.GetFileName(found), measures)];
        Console.Out.Write(invocation.Value(Options.Json) ? NoteReport.Json(rows) + "\n" : NoteReport.Table(rows));
    }
}
