using System.CommandLine;
using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Editing;
using SparseAudio.Data.Notes;
using SparseAudio.Evaluation.Notes;
using SparseAudio.Models;
using SparseAudio.Models.Workbook;
using static TorchSharp.torch;

namespace SparseAudio.Cli.Commands;

/// <summary>
/// Found notes against true ones: of two files for <c>sparseaudio compare</c>, and of the MIDI notes that a model's events become for
/// <c>sparseaudio evaluate --notes</c>.
/// </summary>
internal static class NoteComparison
{
    private const double Milliseconds = 1000;
    private static readonly string[] _sounds = [".wav", ".flac", ".ogg", ".mp3"];

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
        var measures = NoteMeasures.Of(NoteLabels.Read(reference), NoteLabels.Read(found), Tolerance(invocation));
        Print(invocation, [(Path.GetFileName(found), measures)]);
    }

    /// <summary>Prints the measures of the notes found in recordings, against label files of the same names beside them.</summary>
    /// <param name="invocation">Tolerance, form of the output, and the model or detector.</param>
    /// <param name="folder">A folder with recordings and label files (.csv).</param>
    /// <param name="transcribe">Whether the note detector finds them; otherwise they are the MIDI notes of the model's events.</param>
    /// <exception cref="CommandException">No recording has labels.</exception>
    public static void Evaluate(Invocation invocation, string folder, bool transcribe)
    {
        var tolerance = Tolerance(invocation);
        var labels = Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + NoteLabels.Extension) : [];
        var recordings = labels.Order(StringComparer.Ordinal).Select(file => (Labels: file, Sound: SoundBeside(file)))
            .Where(pair => pair.Sound is not null).ToList();
        if (recordings.Count == 0)
            throw new CommandException($"{folder}: no recording has notes beside it (song.wav and song.csv, as data make writes them)");
        using nn.Module model = transcribe ? LoadedModel.LoadDetector(invocation) : LoadedModel.Load(invocation);
        Func<string, IReadOnlyList<NoteLabel>> find = model is NoteDetector detector
            ? sound => Transcribed(detector, sound, invocation.Cancellation)
            : sound => OfEvents((SparseAudioModel)model, sound, invocation.Cancellation);
        var rows = invocation.WithProgress("finding notes", progress => recordings.Select((pair, index) =>
        {
            progress.Report((double)index / recordings.Count, Path.GetFileName(pair.Sound!));
            return (Path.GetFileNameWithoutExtension(pair.Sound!), NoteMeasures.Of(NoteLabels.Read(pair.Labels), find(pair.Sound!), tolerance));
        }).ToList());
        Print(invocation, rows);
    }

    private static List<NoteLabel> Transcribed(NoteDetector detector, string sound, CancellationToken cancellation)
    {
        using var recording = Recording.Open(sound, detector.Config.SampleRate);
        return [.. new NoteTranscription(detector).Find(recording.Read, recording.Length, cancellation: cancellation).Select(note => note.Label)];
    }

    private static List<NoteLabel> OfEvents(SparseAudioModel model, string sound, CancellationToken cancellation)
    {
        var code = new CodeEncoder(model).Encode(AudioFile.Read(sound, model.Config.SampleRate), cancellation: cancellation);
        var notes = MidiFile.NotesOf(code, new EventDescriber(model), cancellation: cancellation);
        return [.. notes.Select(note => new NoteLabel(note.Seconds, note.Seconds + note.Duration, note.Note, Velocity: note.Velocity))];
    }

    private static NoteTolerance Tolerance(Invocation invocation)
    {
        var milliseconds = invocation.Value(OnsetTolerance);
        if (!(milliseconds > 0)) throw new CommandException($"--onset-tolerance {milliseconds}: give a number above 0");
        return NoteTolerance.WithOffsets with { OnsetSeconds = milliseconds / Milliseconds };
    }

    private static void Print(Invocation invocation, IReadOnlyList<(string, NoteMeasures)> rows) =>
        Console.Out.Write(invocation.Value(Options.Json) ? NoteReport.Json(rows) + "\n" : NoteReport.Table(rows));

    private static string? SoundBeside(string labels) =>
        _sounds.Select(extension => Path.ChangeExtension(labels, extension)).FirstOrDefault(File.Exists);
}
