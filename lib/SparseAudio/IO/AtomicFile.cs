using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace SparseAudio.IO;

/// <summary>
/// A file that appears complete or not at all: written under another name in the same folder, flushed, then renamed.
/// Without <see cref="Commit"/> nothing is left behind, and a file that was there stays as it was.
/// </summary>
public sealed partial class AtomicFile : IDisposable
{
    private const string TemporarySuffix = ".part";
    private const int MostRunesKept = 40;
    private static readonly ConcurrentDictionary<string, byte> _unfinished = new();
    private readonly string _path;
    private readonly bool _overwrite;
    private bool _committed;

    static AtomicFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) => DeleteUnfinished();

    /// <summary>Opens the file that will be <paramref name="path"/>; its folder must exist.</summary>
    /// <exception cref="IOException">The file exists and <paramref name="overwrite"/> is not set, or the folder cannot be written to.</exception>
    public AtomicFile(string path, bool overwrite = false)
    {
        _path = Path.GetFullPath(path);
        _overwrite = overwrite;
        RefuseExisting();
        if (Directory.Exists(_path)) throw new IOException($"{path}: is a folder, not a file.");
        TemporaryPath = Path.Combine(Path.GetDirectoryName(_path)!, TemporaryName(Path.GetFileName(_path)));
        _unfinished[TemporaryPath] = 0;
        Stream = new FileStream(TemporaryPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    }

    /// <summary>Where to write; who would rather write to <see cref="TemporaryPath"/>, or read from it, disposes it first.</summary>
    public FileStream Stream { get; }

    /// <summary>The name under which the file is being written.</summary>
    public string TemporaryPath { get; }

    /// <summary>Makes the file appear under its name.</summary>
    /// <exception cref="IOException">It appeared meanwhile and must not be overwritten, or the disk is full.</exception>
    public void Commit()
    {
        Stream.Dispose();
        using (var again = new FileStream(TemporaryPath, FileMode.Open, FileAccess.Write)) again.Flush(flushToDisk: true);
        RefuseExisting();
        File.Move(TemporaryPath, _path, _overwrite);
        _committed = true;
        _unfinished.TryRemove(TemporaryPath, out _);
        FlushFolder(Path.GetDirectoryName(_path)!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_committed) return;
        // What led here, a full disk for one, is the error to report, not that it shows again.
        Quietly(Stream.Dispose);
        Quietly(() => File.Delete(TemporaryPath));
        _unfinished.TryRemove(TemporaryPath, out _);
    }

    /// <summary>Removes what killed programs have left in a folder that nobody else writes to.</summary>
    /// <param name="folder">The folder.</param>
    public static void RemoveLeftovers(string folder)
    {
        foreach (var leftover in Directory.EnumerateFiles(folder, $".*{TemporarySuffix}")) File.Delete(leftover);
    }

    /// <summary>Removes what killed programs have left of one file, which nobody else writes now.</summary>
    /// <param name="folder">The file's folder.</param>
    /// <param name="name">The file's name.</param>
    public static void RemoveLeftovers(string folder, string name)
    {
        foreach (var leftover in Directory.EnumerateFiles(folder, $".{StartOf(name)}.*{TemporarySuffix}")) File.Delete(leftover);
    }

    // A name can have 255 bytes; this one must not need more than the file's own.
    private static string TemporaryName(string name)
    {
        return $".{StartOf(name)}.{Environment.ProcessId}.{Guid.NewGuid():N}{TemporarySuffix}";
    }

    private static string StartOf(string name) => string.Concat(name.EnumerateRunes().Take(MostRunesKept));

    private static void DeleteUnfinished()
    {
        foreach (var path in _unfinished.Keys) Quietly(() => File.Delete(path));
    }

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A leftover goes with the next start of a training; elsewhere its name says what it is.
        }
    }

    private void RefuseExisting()
    {
        if (!_overwrite && File.Exists(_path))
            throw new IOException($"{_path}: exists already; choose another name, or allow overwriting (--force on the command line).");
    }

    // Without this a power cut may forget the rename. .NET cannot open folders, so Linux and macOS are asked directly.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = OpenFolder(folder, 0);
        if (handle < 0) return;
        _ = FlushHandle(handle);
        _ = CloseHandle(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FlushHandle(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseHandle(int handle);
}
