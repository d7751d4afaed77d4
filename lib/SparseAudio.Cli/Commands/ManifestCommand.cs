using System.CommandLine;
using SparseAudio.Cli.Archive;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio manifest</c>: what became of an archive's files.</summary>
internal static class ManifestCommand
{
    private static readonly Argument<string> _folder = new("folder")
    {
        Description = "The folder of the outputs, with its manifests (manifest*.jsonl).",
    };

    public static Command Create() => new("manifest", "Join and verify the manifests that encode, decode and convert keep of an archive.")
    {
        Merge(), Check(),
    };

    private static CliCommand Merge()
    {
        var command = new CliCommand(
            "merge",
            "Join the manifests of all shares to one, manifest.jsonl, and delete the others.",
            "sparseaudio manifest merge codes")
        {
            _folder,
        };
        command.Runs(invocation =>
        {
            var folder = Existing(invocation);
            var files = Files(folder);
            var latest = Manifest.Latest(files);
            var merged = Path.Combine(folder, "manifest.jsonl");
            Manifest.Write(merged, latest.Values, force: true);
            foreach (var file in files.Where(file => Path.GetFullPath(file) != Path.GetFullPath(merged))) File.Delete(file);
            invocation.Note($"{merged}: {latest.Count} files from {files.Length} manifests");
        });
        return command;
    }

    private static CliCommand Check()
    {
        var source = new Option<string?>("--source")
        {
            Description = "Also see whether the files of this folder are those that were read, and whether all were done.",
            HelpName = "FOLDER",
        };
        var command = new CliCommand(
            "check",
            "See whether all files of an archive are done, and are still what was made.",
            "sparseaudio manifest check codes",
            "sparseaudio manifest check codes --source recordings")
        {
            _folder, source,
        };
        command.Runs(invocation => Check(invocation, Existing(invocation), invocation.Value(source)));
        return command;
    }

    private static void Check(Invocation invocation, string folder, string? source)
    {
        var latest = Manifest.Latest(Files(folder));
        var problems = latest.Values.Select(entry => Problem(entry, folder, source)).OfType<string>().ToList();
        problems.AddRange(latest.Values.GroupBy(entry => (entry.Source, entry.Recipe)).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key.Source}: was done {group.Count()} times: {string.Join(", ", group.Select(entry => entry.Output))}"));
        if (source is not null)
        {
            if (!Directory.Exists(source)) throw new CommandException($"{source}: there is no such folder");
            var kinds = latest.Values.Select(entry => Path.GetExtension(entry.Source).ToLowerInvariant()).ToHashSet();
            var known = latest.Values.Select(entry => entry.Source).ToHashSet();
            problems.AddRange(Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
                .Where(file => kinds.Contains(Path.GetExtension(file).ToLowerInvariant()))
                .Select(file => Path.GetRelativePath(source, file)).Where(name => !known.Contains(name)).Order(StringComparer.Ordinal)
                .Select(name => $"{name}: no manifest has it"));
        }

        foreach (var problem in problems) Console.Out.WriteLine(problem);
        var done = latest.Values.Where(entry => entry.State == FileState.Done).ToList();
        invocation.Note($"{folder}: {done.Count} of {latest.Count} files done, {done.Sum(entry => entry.Seconds ?? 0) / 3600:F2} hours of sound");
        if (problems.Count > 0) throw new CommandException($"{folder}: {problems.Count} problems; run the command again to mend what is missing");
    }

    private static string? Problem(ManifestEntry entry, string folder, string? source)
    {
        var output = Path.Combine(folder, entry.Output);
        if (entry.State == FileState.Failed) return $"{entry.Source}: failed: {entry.Error}";
        if (entry.State == FileState.Begun) return $"{entry.Source}: was begun and not ended";
        if (!File.Exists(output)) return $"{entry.Output}: is missing";
        if (Manifest.HashOf(output) != entry.OutputHash) return $"{entry.Output}: is not what was made";
        if (source is null) return null;
        var read = Path.Combine(source, entry.Source);
        if (!File.Exists(read)) return $"{entry.Source}: is missing from {source}";
        return Manifest.HashOf(read) == entry.SourceHash ? null : $"{entry.Source}: is not what was read";
    }

    private static string Existing(Invocation invocation) => invocation.Value(_folder) is { } folder && Directory.Exists(folder)
        ? folder
        : throw new CommandException($"{invocation.Value(_folder)}: there is no such folder");

    private static string[] Files(string folder) => Directory.GetFiles(folder, Manifest.Pattern) is { Length: > 0 } files
        ? files
        : throw new CommandException($"{folder}: there is no manifest ({Manifest.Pattern}) in it");
}
