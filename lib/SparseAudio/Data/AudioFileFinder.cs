using SparseAudio.Audio;

namespace SparseAudio.Data;

/// <summary>Finds the recordings below a folder, each real folder once, whatever links there are.</summary>
internal sealed class AudioFileFinder
{
    private readonly string _root;
    private readonly HashSet<string> _visited = [];
    private readonly List<string> _found = [];
    private readonly List<SkippedFile> _skipped = [];

    private AudioFileFinder(string root) => _root = root;

    /// <summary>Names of recordings relative to the folder, in an order that does not depend on the machine.</summary>
    /// <param name="folder">The folder to search, with all folders in it; names that begin with a dot are passed over.</param>
    /// <exception cref="AudioFileException">There is no such folder, or it may not be read.</exception>
    public static (IReadOnlyList<string> Found, IReadOnlyList<SkippedFile> Skipped) Search(string folder)
    {
        var walk = new AudioFileFinder(folder);
        try
        {
            walk.Visit(new DirectoryInfo(folder));
        }
        catch (DirectoryNotFoundException e)
        {
            throw new AudioFileException(folder, "no such folder", remedy: "check the name", cause: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AudioFileException(folder, e.Message, remedy: "check its permissions", cause: e);
        }

        walk._found.Sort(string.CompareOrdinal);
        return (walk._found, walk._skipped);
    }

    private void Visit(DirectoryInfo folder)
    {
        if (!_visited.Add(RealPath(folder)))
        {
            Skip(folder, "a link to a folder that is searched already");
            return;
        }

        foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith('.')))
        {
            try
            {
                Look(entry);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Skip(entry, e.Message);
            }
        }
    }

    private void Look(FileSystemInfo entry)
    {
        var looksLikeAudio = AudioKind.Extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase);
        if (Directory.Exists(entry.FullName))
        {
            if (looksLikeAudio)
                Skip(entry, "a folder, not a file");

            Visit(new DirectoryInfo(entry.FullName));
        }
        else if (looksLikeAudio && File.Exists(entry.FullName))
        {
            _found.Add(Path.GetRelativePath(_root, entry.FullName).Replace('\\', '/'));
        }
        else if (looksLikeAudio || (entry.LinkTarget is not null && entry.Extension.Length == 0))
        {
            Skip(entry, "a link that leads nowhere");
        }
    }

    private void Skip(FileSystemInfo entry, string reason) =>
        _skipped.Add(new SkippedFile(Path.GetRelativePath(_root, entry.FullName), reason));

    /// <summary>The folder's path with every link in it resolved.</summary>
    private static string RealPath(DirectoryInfo folder)
    {
        var parent = folder.Parent;
        if (parent is null)
            return folder.FullName;

        var target = folder.ResolveLinkTarget(returnFinalTarget: true);
        return target is null
            ? Path.Combine(RealPath(parent), folder.Name)
            : RealPath(new DirectoryInfo(target.FullName));
    }
}

/// <summary>Something in a folder that is not used.</summary>
/// <param name="Path">Its name relative to the folder.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Damaged">Whether something is wrong with it, as opposed to, say, being short.</param>
public sealed record SkippedFile(string Path, string Reason, bool Damaged = true);
