using System.Collections.Concurrent;

namespace SparseAudio.IO;

/// <summary>
/// A folder for temporary files, the one owner of all that the program puts into the system's folder for them. It is deleted when this is
/// disposed or the process ends in an orderly way; what a killed process left is deleted by the next one. A file <c>lock</c> in it, held open
/// while the folder is in use, tells the two apart.
/// </summary>
public sealed class TemporaryFolder : IDisposable
{
    private const string Prefix = "sparseaudio-tmp-";
    private const string LockName = "lock";
    private static readonly ConcurrentDictionary<TemporaryFolder, byte> _open = new();
    private readonly FileStream _lock;

    static TemporaryFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var folder in _open.Keys) folder.Dispose();
    };

    /// <summary>Makes a folder.</summary>
    /// <exception cref="IOException">The system's folder for temporary files is not there, or cannot be written to.</exception>
    public TemporaryFolder()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Prefix}{Guid.NewGuid():N}");
        try
        {
            if (!Directory.Exists(System.IO.Path.GetTempPath())) throw new IOException("there is no such folder");
            Directory.CreateDirectory(Path);
            _lock = new FileStream(File(LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(Path);
            throw new IOException(
                $"'{System.IO.Path.GetTempPath()}', the folder for temporary files: {e.Message}; set TMPDIR to a folder that can be written to", e);
        }

        _open[this] = 0;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Deletes what processes that were killed have left behind; folders in use stay.</summary>
    public static void Sweep()
    {
        try
        {
            foreach (var folder in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
                if (IsAbandoned(System.IO.Path.Combine(folder, LockName))) TryDelete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no such folder, or it cannot be read: whoever needs it says so.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_open.TryRemove(this, out _)) return;
        TryDelete(Path);
        _lock.Dispose();
    }

    // An open file is locked; the system lets go of it when its process ends, however it ends.
    private static bool IsAbandoned(string file)
    {
        try
        {
            using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next process sweeps it.
        }
    }
}
