using System.Collections.Concurrent;

namespace SparseAudio.Events;

/// <summary>
/// A file that appears complete or not at all: written under another name in the same folder, flushed, then renamed.
/// Without <see cref="Commit"/> nothing is left behind.
/// </summary>
public sealed class AtomicFile : IDisposable
{
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
        TemporaryPath = Path.Combine(Path.GetDirectoryName(_path)!, $".{Path.GetFileName(_path)}.{Environment.ProcessId}.{Guid.NewGuid():N}.part");
        _unfinished[TemporaryPath] = 0;
        Stream = new FileStream(TemporaryPath, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Where to write; who would rather write to <see cref="TemporaryPath"/> disposes it first.</summary>
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
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        if (_committed) return;
        File.Delete(TemporaryPath);
        _unfinished.TryRemove(TemporaryPath, out _);
    }

    private static void DeleteUnfinished()
    {
        foreach (var path in _unfinished.Keys) File.Delete(path);
    }

    private void RefuseExisting()
    {
        if (!_overwrite && File.Exists(_path)) throw new IOException($"{_path}: exists already; choose another name, or allow overwriting (--force on the command line).");
    }
}
