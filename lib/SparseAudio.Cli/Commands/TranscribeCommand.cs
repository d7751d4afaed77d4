using System.CommandLine;
using System.Diagnostics;
using System.Text;
using SparseAudio.Audio;
using SparseAudio.Cli.Archive;
using SparseAudio.Data.Notes;
using SparseAudio.Models.Workbook;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio transcribe</c>: recordings to notes, as MIDI or as a label file.</summary>
internal static class TranscribeCommand
{
    private static readonly string[] _sounds = [".wav", ".flac", ".ogg", ".mp3"];
    private static readonly string[] _notes = [".mid", NoteLabels.Extension];

    private static readonly Option<double?> _threshold = new("--threshold")
    {
        Description = "How sure the detector must be of a note, 0 to 1: lower finds more notes and more that are none.",
    };

    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "A recording (wav, flac, ogg, mp3), a folder of them, or - for stdin." };
        var output = new Argument<string?>("output")
        {
            Description = "A MIDI file (.mid), a label file (.csv: onset, offset, pitch, program, velocity), a folder, or - for stdout (MIDI). "
                + "Default: the input's name with .mid.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new CliCommand(
            "transcribe",
            "Find the notes of recordings: when each begins and ends, its pitch, and how hard it is struck.",
            "sparseaudio transcribe song.flac",
            "sparseaudio transcribe song.mp3 song.csv",
            "sparseaudio transcribe recordings/ midi/")
        {
            input, output, _threshold, Shard.Option, Options.Detector, Options.Device, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!, invocation.Value(output)));
        return command;
    }

    private static void Run(Invocation invocation, string input, string? output)
    {
        if (invocation.Value(_threshold) is { } threshold && threshold is not (> 0 and < 1))
            throw new CommandException($"--threshold {threshold}: give a number between 0 and 1");
        var plan = FileJobs.Plan(input, output, _sounds, _notes, invocation.Value(Options.Force));
        using var detector = LoadedModel.LoadDetector(invocation);
        var transcription = new NoteTranscription(detector) { Threshold = invocation.Value(_threshold) };
        var recipe = $"transcribe {Path.GetFileName(LoadedModel.DetectorFile(invocation))} threshold={transcription.Threshold}";
        FileJobs.Run(invocation, plan, recipe, File.Exists, job =>
        {
            var clock = Stopwatch.StartNew();
            var (notes, seconds) = Pipes.Read(job.Input, file => Transcribe(invocation, transcription, job, file, detector.Config.SampleRate));
            CodeFiles.WriteBytes(job.Output, Bytes(job, notes), invocation.Value(Options.Force));
            invocation.Note($"{job.Output}: {notes.Count} notes in {seconds:F1} s, {seconds / clock.Elapsed.TotalSeconds:F1} times real time");
            return seconds;
        });
    }

    private static (IReadOnlyList<NoteLabel> Notes, double Seconds) Transcribe(
        Invocation invocation, NoteTranscription transcription, FileJob job, string file, int sampleRate)
    {
        using var recording = Recording.Open(file, sampleRate);
        foreach (var warning in recording.Warnings) invocation.Note($"{job.Input}: {warning}");
        var notes = invocation.WithProgress(
            job.Input, progress => transcription.Find(recording.Read, recording.Length, progress, invocation.Cancellation));
        return ([.. notes.Select(note => note.Label)], recording.DurationSeconds);
    }

    private static byte[] Bytes(FileJob job, IReadOnlyList<NoteLabel> notes) =>
        Path.GetExtension(job.Output).Equals(NoteLabels.Extension, StringComparison.OrdinalIgnoreCase)
            ? Encoding.UTF8.GetBytes(NoteLabels.Text(notes))
            : MidiWriter.ToBytes(notes);
}
