using NAudio.Wave;
using SparseAudio.Cli.Archive;
using SparseAudio.IO;

namespace SparseAudio.Cli;

/// <summary>One file to make from another; <c>-</c> is stdin or stdout.</summary>
internal sealed record FileJob(string Input, string Output);

/// <summary>The files of a command.</summary>
/// <param name="Jobs">At least one.</param>
/// <param name="InputRoot">The folder of an archive's sources; null where a single file is done.</param>
/// <param name="OutputRoot">The folder of an archive's outputs.</param>
internal sealed record FilePlan(IReadOnlyList<FileJob> Jobs, string? InputRoot = null, string OutputRoot = "")
{
    /// <summary>Whether the files are those of a folder or a list.</summary>
    public bool IsArchive => InputRoot is not null;

    /// <summary>How a manifest calls a source.</summary>
    public string SourceName(string input) => Path.GetRelativePath(InputRoot!, input);
}

/// <summary>What a command reads and writes: one file, a pipe, or a folder whose tree is reproduced elsewhere.</summary>
internal static class FileJobs
{
    /// <summary>The extension of a list of files, one a line.</summary>
    public const string ListExtension = ".txt";

    /// <summary>
    /// The files to make. Without <paramref name="output"/> the output of a file lies beside it with the new extension, and that
    /// of a pipe goes to stdout. Of a single file nothing is written unless it can be; an archive's files are looked at one by one.
    /// </summary>
    /// <param name="input">What was named as the input: a file, a folder, a list of files, or stdin.</param>
    /// <param name="output">What was named as the output, if anything was.</param>
    /// <param name="inputExtensions">The kinds of files that are taken out of a folder.</param>
    /// <param name="outputExtensions">The kinds of files that can be written, the usual one first.</param>
    /// <param name="force">Whether outputs may be overwritten.</param>
    /// <exception cref="CommandException">
    /// The input is not there, or an output is of no kind that can be written, or exists and must not be overwritten.
    /// </exception>
    public static FilePlan Plan(
        string input, string? output, IReadOnlyCollection<string> inputExtensions, IReadOnlyList<string> outputExtensions, bool force)
    {
        var plan = Directory.Exists(input) ? PlanTree(input, output, inputExtensions, outputExtensions[0])
            : IsList(input) ? PlanList(input, output, outputExtensions[0])
            : new FilePlan([PlanFile(input, output, outputExtensions[0])]);
        foreach (var job in plan.Jobs)
        {
            if (job.Output != Pipes.Name && Path.GetFullPath(job.Output) == Path.GetFullPath(job.Input)) throw OverItself(job, inputExtensions);
            CheckOutput(job.Output, outputExtensions, force || plan.IsArchive);
        }

        if (plan.Jobs.GroupBy(j => j.Output).FirstOrDefault(g => g.Key != Pipes.Name && g.Count() > 1) is { } clash)
            throw new CommandException($"{clash.First().Input} and {clash.Last().Input} would both become {clash.Key}; rename one");
        return plan;
    }

    /// <summary>The files that a list names: one a line, relative to the list's folder; empty lines and those with # are passed over.</summary>
    /// <exception cref="CommandException">There are none.</exception>
    public static IReadOnlyList<string> ReadList(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] files = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => Path.Combine(folder, line))];
        return files.Length > 0 ? files : throw new CommandException($"{path}: names no files");
    }

    /// <summary>Whether an input is a list of files.</summary>
    public static bool IsList(string input) =>
        File.Exists(input) && Path.GetExtension(input).Equals(ListExtension, StringComparison.OrdinalIgnoreCase);

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

    /// <summary>Does all files; an archive's with a manifest, see <see cref="ArchiveRun"/>.</summary>
    /// <param name="invocation">Where errors go.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="recipe">The command, its settings and the model's fingerprint.</param>
    /// <param name="isIntact">Whether an output can be read as a whole.</param>
    /// <param name="work">Does one; returns how many seconds of sound it has.</param>
    /// <exception cref="CommandException">One or more failed; each was told.</exception>
    public static void Run(Invocation invocation, FilePlan plan, string recipe, Func<string, bool> isIntact, Func<FileJob, double> work)
    {
        if (plan.IsArchive)
        {
            new ArchiveRun(invocation, plan, recipe, isIntact).Run(work);
            return;
        }

        if (invocation.Has(Shard.Option)) throw new CommandException("--shard shares a folder or a list among processes; this is one file");
        var job = plan.Jobs[0];
        if (job.Output != Pipes.Name) Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(job.Output))!);
        _ = work(job);
    }

    private static FileJob PlanFile(string input, string? output, string outputExtension)
    {
        if (input == Pipes.Name) return new FileJob(input, output ?? Pipes.Name);
        if (!File.Exists(input)) throw new CommandException($"{input}: there is no such file or folder");
        output ??= Path.ChangeExtension(input, outputExtension);
        if (Directory.Exists(output)) output = Path.Combine(output, Path.ChangeExtension(Path.GetFileName(input), outputExtension));
        return new FileJob(input, output);
    }

    private static FilePlan PlanTree(string input, string? output, IReadOnlyCollection<string> extensions, string outputExtension)
    {
        var root = RootOf(input, output, "folder");
        var files = Directory.EnumerateFiles(input, "*", SearchOption.AllDirectories)
            .Where(f => extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);
        var jobs = files.Select(f => new FileJob(f, Path.Combine(root, Path.ChangeExtension(Path.GetRelativePath(input, f), outputExtension))))
            .ToList();
        return jobs.Count > 0 ? new FilePlan(jobs, input, root)
            : throw new CommandException($"{input}: has no files of the kinds {string.Join(", ", extensions)}");
    }

    // Files outside of the list's folder become files of the output folder itself.
    private static FilePlan PlanList(string input, string? output, string outputExtension)
    {
        var root = RootOf(input, output, "list of files");
        var folder = Path.GetDirectoryName(Path.GetFullPath(input))!;
        string Place(string file)
        {
            var relative = Path.GetRelativePath(folder, file);
            return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? Path.GetFileName(file) : relative;
        }

        return new FilePlan(
            [.. ReadList(input).Select(file => new FileJob(file, Path.Combine(root, Path.ChangeExtension(Place(file), outputExtension))))],
            folder,
            root);
    }

    private static string RootOf(string input, string? output, string kind) => output is null or Pipes.Name
        ? throw new CommandException($"{input}: is a {kind}; say which folder its files go to")
        : File.Exists(output) ? throw new CommandException($"{output}: is a file; the files of a {kind} need a folder") : output;

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

    /// <summary>Whether a file is a WAV file with all of its samples.</summary>
    public static bool IsIntact(string path)
    {
        try
        {
            using var reader = new WaveFileReader(path);
            return reader.Length > 0 && new FileInfo(path).Length >= reader.Length;
        }
        catch (Exception error) when (error is FormatException or IOException or ArgumentException)
        {
            return false;
        }
    }

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
