using NAudio.Wave;
using SparseAudio.IO;

namespace SparseAudio.Cli;

/// <summary>One file to make from another; <c>-</c> is stdin or stdout.</summary>
internal sealed record FileJob(string Input, string Output);

/// <summary>What a command reads and writes: one file, a pipe, or a folder whose tree is reproduced elsewhere.</summary>
internal static class FileJobs
{
    /// <summary>
    /// The files to make. Without <paramref name="output"/> the output of a file lies beside it with the new extension, and that
    /// of a pipe goes to stdout. Nothing is written unless everything can be.
    /// </summary>
    /// <param name="input">What was named as the input.</param>
    /// <param name="output">What was named as the output, if anything was.</param>
    /// <param name="inputExtensions">The kinds of files that are taken out of a folder.</param>
    /// <param name="outputExtensions">The kinds of files that can be written, the usual one first.</param>
    /// <param name="force">Whether outputs may be overwritten.</param>
    /// <exception cref="CommandException">
    /// The input is not there, or an output is of no kind that can be written, or exists and must not be overwritten.
    /// </exception>
    public static IReadOnlyList<FileJob> Plan(
        string input, string? output, IReadOnlyCollection<string> inputExtensions, IReadOnlyList<string> outputExtensions, bool force)
    {
        var jobs = Directory.Exists(input)
            ? PlanTree(input, output, inputExtensions, outputExtensions[0])
            : [PlanFile(input, output, outputExtensions[0])];
        foreach (var job in jobs)
        {
            if (job.Output != Pipes.Name && Path.GetFullPath(job.Output) == Path.GetFullPath(job.Input)) throw OverItself(job, inputExtensions);
            CheckOutput(job.Output, outputExtensions, force);
        }

        if (jobs.GroupBy(j => j.Output).FirstOrDefault(g => g.Key != Pipes.Name && g.Count() > 1) is { } clash)
            throw new CommandException($"{clash.First().Input} and {clash.Last().Input} would both become {clash.Key}; rename one");
        return jobs;
    }

    /// <summary>
    /// Refuses outputs that a command should not write to: a file of another kind (nobody looks for a code in a .wav), one that
    /// exists, a folder.
    /// </summary>
    /// <exception cref="CommandException">It is one of these.</exception>
    public static void CheckOutput(string output, IReadOnlyList<string> extensions, bool force)
    {
        if (output == Pipes.Name) return;
        if (Directory.Exists(output)) throw new CommandException($"{output}: is a folder");
        if (!extensions.Contains(Path.GetExtension(output), StringComparer.OrdinalIgnoreCase))
            throw new CommandException($"{output}: this command writes files of the kind {string.Join(" or ", extensions)}; name the output so");
        if (!force && File.Exists(output)) throw new CommandException($"{output}: exists already; overwrite it with --force, or name another output");
    }

    /// <summary>
    /// Does all jobs. Of several, one that fails is told, and does not keep the others from being done.
    /// </summary>
    /// <param name="invocation">Where errors go.</param>
    /// <param name="jobs">What to do.</param>
    /// <param name="work">Does one.</param>
    /// <exception cref="CommandException">One or more failed; each was told.</exception>
    public static void Run(Invocation invocation, IReadOnlyList<FileJob> jobs, Action<FileJob> work)
    {
        var failed = 0;
        foreach (var job in jobs)
        {
            try
            {
                MakeFolder(job);
                work(job);
            }
            catch (Exception exception) when (jobs.Count > 1 && !invocation.Cancellation.IsCancellationRequested)
            {
                failed++;
                ErrorLine.Write(exception, invocation.Parse);
            }
        }

        if (failed > 0) throw new CommandException($"{failed} of {jobs.Count} files could not be done; the others were");
    }

    /// <summary>Creates the folders of the job's output.</summary>
    private static void MakeFolder(FileJob job)
    {
        if (job.Output != Pipes.Name) Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(job.Output))!);
    }

    private static FileJob PlanFile(string input, string? output, string outputExtension)
    {
        if (input == Pipes.Name) return new FileJob(input, output ?? Pipes.Name);
        if (!File.Exists(input)) throw new CommandException($"{input}: there is no such file or folder");
        output ??= Path.ChangeExtension(input, outputExtension);
        if (Directory.Exists(output)) output = Path.Combine(output, Path.ChangeExtension(Path.GetFileName(input), outputExtension));
        return new FileJob(input, output);
    }

    private static List<FileJob> PlanTree(string input, string? output, IReadOnlyCollection<string> extensions, string outputExtension)
    {
        if (output is null or Pipes.Name) throw new CommandException($"{input}: is a folder; say which folder its files go to");
        if (File.Exists(output)) throw new CommandException($"{output}: is a file; the files of a folder need a folder");
        var files = Directory.EnumerateFiles(input, "*", SearchOption.AllDirectories)
            .Where(f => extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);
        var jobs = files.Select(f => new FileJob(f, Path.Combine(output, Path.ChangeExtension(Path.GetRelativePath(input, f), outputExtension))))
            .ToList();
        return jobs.Count > 0 ? jobs : throw new CommandException($"{input}: has no files of the kinds {string.Join(", ", extensions)}");
    }

    private static CommandException OverItself(FileJob job, IReadOnlyCollection<string> inputExtensions) =>
        inputExtensions.Contains(Path.GetExtension(job.Input), StringComparer.OrdinalIgnoreCase)
            ? new CommandException($"{job.Input}: would be written over itself; name another output")
            : new CommandException($"{job.Input}: is not of a kind that this command reads: {string.Join(", ", inputExtensions)}");
}

/// <summary>16-bit mono WAV, written block by block: to a file that appears when complete, or to stdout for <c>-</c>.</summary>
internal static class WavOutput
{
    /// <summary>The extension of sound files that this writes.</summary>
    public const string Extension = ".wav";

    /// <summary>Writes all blocks; returns how many samples were beyond full scale and clipped.</summary>
    public static long Write(string path, int sampleRate, IEnumerable<float[]> blocks, bool force) => Pipes.Write(path, name =>
    {
        using var file = new AtomicFile(name, force);
        var clipped = 0L;
        using (var writer = new WaveFileWriter(file.Stream, new WaveFormat(sampleRate, 16, 1)))
        {
            foreach (var block in blocks)
            {
                clipped += block.Count(x => Math.Abs(x) > 1);
                var samples = Array.ConvertAll(block, x => (short)Math.Clamp(MathF.Round(x * 32768), short.MinValue, short.MaxValue));
                writer.WriteSamples(samples, 0, samples.Length);
            }
        }

        file.Commit();
        return clipped;
    });
}
