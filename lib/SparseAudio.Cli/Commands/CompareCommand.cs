using System.CommandLine;
using SparseAudio.Audio;
using SparseAudio.Evaluation;
using SparseAudio.Evaluation.Visqol;
using SparseAudio.Models.Workbook;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio compare</c>: how close a rebuilt recording is to its original, or found notes to the true ones.</summary>
internal static class CompareCommand
{
    private static readonly Option<bool> _visqol = new("--visqol")
    {
        Description = "Instead, judge the whole recording as listeners would: ViSQOL v3's mean opinion score, 1 (bad) to 5 (excellent).",
    };

    public static Command Create()
    {
        var original = new Argument<string>("original") { Description = "The recording (wav, flac, ogg, mp3), or its notes (mid, csv)." };
        var rebuilt = new Argument<string>("rebuilt") { Description = "What was made of it, as long as the original, or the notes that were found." };
        var command = new CliCommand(
            "compare",
            "Measure how close a recording is to its original, segment by segment (1.5 s), as evaluate does; or found notes to the true ones.",
            "sparseaudio compare song.flac rebuilt.wav",
            "sparseaudio compare song.flac rebuilt.wav --json",
            "sparseaudio compare song.flac rebuilt.wav --visqol",
            "sparseaudio compare truth.csv song.mid --onset-tolerance 100")
        {
            original, rebuilt, _visqol, Options.Json, NoteComparison.OnsetTolerance,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(original)!, invocation.Value(rebuilt)!));
        return command;
    }

    private static void Run(Invocation invocation, string original, string rebuilt)
    {
        if (NoteComparison.Applies(original, rebuilt))
        {
            NoteComparison.Run(invocation, original, rebuilt);
            return;
        }

        if (invocation.Value(_visqol))
        {
            Judge(invocation, original, rebuilt);
            return;
        }

        var (rate, length) = (new WorkbookConfig().SampleRate, new WorkbookConfig().Samples);
        var (first, second) = (Read(original, rate), Read(rebuilt, rate));
        var common = Math.Min(first.Samples.Length, second.Samples.Length);
        if (first.Samples.Length != second.Samples.Length)
            invocation.Note(
                $"{original} lasts {first.DurationSeconds:F2} s, {rebuilt} {second.DurationSeconds:F2} s; what only one of them has is left out");
        var records = new List<EvaluationRecord>();
        foreach (var start in EvaluationRun.Starts(first.Slice(0, common), length, null))
        {
            invocation.Cancellation.ThrowIfCancellationRequested();
            if (EvaluationRun.Segment(first, start, length) is null) continue;
            var metrics = AudioMetrics.Compare(first.Samples.AsSpan(start, length), second.Samples.AsSpan(start, length), rate);
            records.Add(new EvaluationRecord(Path.GetFileName(rebuilt), Path.GetFileName(original), start, metrics, null, null, 0));
        }

        if (records.Count == 0)
            throw new CommandException($"{original}: has no {(double)length / rate:F2} s in common with {rebuilt} in which it is not silent");
        var summaries = EvaluationSummary.Of(records);
        Console.Out.Write(invocation.Value(Options.Json) ? EvaluationReport.Json(summaries) + "\n" : EvaluationReport.Table(summaries));
    }

    private static void Judge(Invocation invocation, string original, string rebuilt)
    {
        var (first, second) = (Read(original, VisqolScore.SampleRate), Read(rebuilt, VisqolScore.SampleRate));
        foreach (var (file, clip) in new[] { (original, first), (rebuilt, second) })
        {
            if (clip.DurationSeconds < VisqolScore.ShortestSeconds)
                throw new CommandException($"{file}: lasts {clip.DurationSeconds:F2} s; ViSQOL needs at least {VisqolScore.ShortestSeconds} s");
        }

        var result = VisqolScore.Of(first, second, invocation.Cancellation);
        if (invocation.Value(Options.Json)) invocation.WriteJson(result);
        else Console.Out.WriteLine(FormattableString.Invariant($"ViSQOL {result.Score:F3} of 5 (similarity {result.Similarity:F3})"));
    }

    private static AudioClip Read(string path, int rate) =>
        File.Exists(path) ? AudioFile.Read(path, rate) : throw new CommandException($"{path}: there is no such file");
}
