using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SparseAudio.IO;

/// <summary>
/// Files to read from. A pipe under a file's name is refused, since it may wait for ever, and a text may only be so long, since a device
/// may never end.
/// </summary>
public static partial class InputFile
{
    /// <summary>The longest text that <see cref="ReadText"/> reads, in bytes, unless the caller says otherwise.</summary>
    public const long MostTextBytes = 256 << 20;

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">There is no such file, it cannot be read, or it is a pipe.</exception>
    public static FileStream Open(string path)
    {
        RefusePipe(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
    }

    /// <summary>Reads a text, such as a configuration or a code as JSON.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="mostBytes">A longer file is refused.</param>
    /// <exception cref="IOException">As <see cref="Open"/>, or the file is too long.</exception>
    public static string ReadText(string path, long mostBytes = MostTextBytes)
    {
        using var reader = new StreamReader(Read(path, mostBytes));
        return reader.ReadToEnd();
    }

    /// <summary>Reads a text as the bytes that it is made of.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">A longer file is refused.</param>
    /// <exception cref="IOException">As <see cref="Open"/>, or the file is too long.</exception>
    public static MemoryStream Read(string path, long mostBytes = MostTextBytes)
    {
        using var file = Open(path);
        var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        // A device has no length, and some never end.
        for (int got; (got = file.Read(buffer)) > 0;)
        {
            text.Write(buffer, 0, got);
            if (text.Length > mostBytes) throw new IOException($"'{path}': is longer than such a file can be ({mostBytes:N0} bytes)");
        }

        text.Position = 0;
        return text;
    }

    // Opening a pipe waits for someone who writes to it, unless told not to; .NET cannot be told.
    private static void RefusePipe(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path)) return;
        const int linuxNonBlocking = 0x800, macNonBlocking = 0x4;
        var descriptor = OpenDescriptor(path, OperatingSystem.IsMacOS() ? macNonBlocking : linuxNonBlocking);
        if (descriptor < 0) return;
        using var file = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read);
        if (!file.CanSeek) throw new IOException($"'{path}': is a pipe, not a file; what comes from a pipe is read as stdin, named -");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDescriptor(string path, int flags);
}
