using System.Text;
using SparseAudio.Audio;
using SparseAudio.Cli.Commands;
using SparseAudio.Evaluation;
using SparseAudio.Models;

namespace SparseAudio.Cli.Archive;

/// <summary><c>evaluate --into</c>: measurements of an archive, a file of them for each recording.</summary>
internal static class EvaluationArchive
{
    private const string Extension = ".csv";

    /// <summary>Measures what is not measured yet, and sums up all that is.</summary>
    /// <param name="invocation">The command.</param>
    /// <param name="data">The folder or list of recordings.</param>
    /// <param name="folder">The folder of the measurements.</param>
    /// <param name="systems">What is measured.</param>
    /// <param name="config">Segment and sample rate.</param>
    /// <param name="fingerprint">The model's; empty without one.</param>
    /// <param name="perClip">Segments of a recording; null: all.</param>
    /// <exception cref="CommandException">A recording cannot be measured; the others are.</exception>
    public static void Measure(
        Invocation invocation, string data, string folder, IReadOnlyList<IReconstructor> systems, ModelConfig config, string fingerprint,
        int? perClip)
    {
        if (!Directory.Exists(data) && !FileJobs.IsList(data)) throw new CommandException($"{data}: there is no such folder");
        var plan = FileJobs.Plan(data, folder, [.. EncodeCommand.Recordings], [Extension], invocation.Value(Options.Force));
        var recipe = $"evaluate {fingerprint} {string.Join(", ", systems.Select(system => system.Name))} per-clip={perClip?.ToString() ?? "all"}";
        // What cannot be begun has nothing to sum up.
        Directory.CreateDirectory(folder);
        try
        {
            FileJobs.Run(invocation, plan, recipe, IsIntact, job => Measure(invocation, job, systems, config, perClip));
        }
        finally
        {
            var records = EvaluationCsv.Read(Directory.GetFiles(folder, "*" + Extension, SearchOption.AllDirectories).Where(IsIntact));
            if (records.Count > 0) EvaluateCommand.Show(invocation, EvaluationSummary.Of(records));
        }
    }

    private static double Measure(Invocation invocation, FileJob job, IReadOnlyList<IReconstructor> systems, ModelConfig config, int? perClip)
    {
        var clip = AudioFile.Read(job.Input, config.SampleRate) with { Name = Path.GetFileNameWithoutExtension(job.Input) };
        var records = invocation.WithProgress(
            job.Input, progress => EvaluationRun.Measure([clip], systems, config.Samples, perClip, progress.Report, invocation.Cancellation));
        if (records.Count == 0)
            throw new CommandException($"{job.Input}: has no segment of {config.Samples} samples at {config.SampleRate} Hz that is not silent");
        CodeFiles.WriteBytes(job.Output, Encoding.UTF8.GetBytes(EvaluationCsv.Text(records)), force: true);
        return clip.DurationSeconds;
    }

    private static bool IsIntact(string path)
    {
        try
        {
            return EvaluationCsv.Read(path).Count > 0;
        }
        catch (Exception error) when (
            error is FormatException or IOException or ArgumentException or IndexOutOfRangeException or KeyNotFoundException)
        {
            return false;
        }
    }
}
