using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SparseAudio.Training;

/// <summary>Files that are either completely there or not at all.</summary>
internal static partial class AtomicFile
{
    private const string TemporarySuffix = ".part";

    /// <summary>Writes a temporary file in the same folder, flushes it to disk, reads it again, and renames it.</summary>
    /// <param name="path">The file; an existing one is replaced in one go.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="verify">Judges the temporary file; throws when it is not good.</param>
    /// <exception cref="SafeTensorsException">Writing failed; the old file is untouched.</exception>
    public static void Write(string path, Action<Stream> write, Action<string> verify)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}{TemporarySuffix}");
        try
        {
            Directory.CreateDirectory(folder);
            byte[] written = WriteHashed(temporary, write);
            verify(temporary);
            using (FileStream again = File.OpenRead(temporary))
            {
                if (!SHA256.HashData(again).AsSpan().SequenceEqual(written))
                {
                    throw new IOException("what was read again differs from what was written; the disk may be failing");
                }
            }

            File.Move(temporary, full, overwrite: true);
            FlushFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SafeTensorsException)
        {
            RemoveQuietly(temporary);
            throw new SafeTensorsException(path, $"could not be written, the file that was there is untouched ({Reason(e)})", e);
        }
        catch
        {
            RemoveQuietly(temporary);
            throw;
        }
    }

    /// <summary>Removes what interrupted writes have left in a folder that nobody else writes to.</summary>
    /// <param name="folder">The folder.</param>
    public static void RemoveLeftovers(string folder)
    {
        foreach (string leftover in Directory.EnumerateFiles(folder, $".*{TemporarySuffix}"))
        {
            File.Delete(leftover);
        }
    }

    private static byte[] WriteHashed(string temporary, Action<Stream> write)
    {
        using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        using var hashed = new HashingStream(file);
        write(hashed);
        file.Flush(flushToDisk: true);
        return hashed.Hash();
    }

    private static string Reason(Exception e) => e is SafeTensorsException bad ? bad.Reason : e.Message;

    private static void RemoveQuietly(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error that led here is the one to report; the leftover goes with the next start.
        }
    }

    // Without this a power cut may forget the rename. .NET cannot open folders, so Linux and macOS are asked directly.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int handle = OpenFolder(folder, 0);
        if (handle >= 0)
        {
            _ = FlushHandle(handle);
            _ = CloseHandle(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FlushHandle(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseHandle(int handle);
}
