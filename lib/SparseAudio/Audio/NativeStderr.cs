using System.Runtime.InteropServices;

namespace SparseAudio.Audio;

/// <summary>
/// Keeps what a native library prints on stderr away from the user: libmpg123, which decodes MP3 for libsndfile, prints lines of its own about
/// damaged files, beside the error that it returns. What .NET writes goes on, since it has a copy of stderr.
/// </summary>
internal static partial class NativeStderr
{
    private const int StandardError = 2;
    private const int WriteOnly = 1;
    private static readonly Lock _gate = new();
    private static int _users;
    private static int _kept = -1;

    /// <summary>Silences it until the result is disposed; several may do so at once.</summary>
    public static Silence Silenced()
    {
        if (OperatingSystem.IsWindows()) return default;
        lock (_gate)
        {
            if (_users++ == 0) Redirect();
        }

        return new Silence(true);
    }

    private static void Redirect()
    {
        // The copy that .NET writes to is made when it is first asked for.
        _ = Console.Error;
        var nowhere = OpenFile("/dev/null", WriteOnly);
        if (nowhere < 0) return;
        _kept = Copy(StandardError);
        if (_kept >= 0) _ = CopyTo(nowhere, StandardError);
        _ = CloseFile(nowhere);
    }

    private static void Restore()
    {
        lock (_gate)
        {
            if (--_users > 0 || _kept < 0) return;
            _ = CopyTo(_kept, StandardError);
            _ = CloseFile(_kept);
            _kept = -1;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Copy(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int CopyTo(int descriptor, int other);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);

    /// <summary>A time in which native libraries cannot print.</summary>
    /// <param name="active">Whether it is one; the default is not.</param>
    internal readonly struct Silence(bool active) : IDisposable
    {
        public void Dispose()
        {
            if (active) Restore();
        }
    }
}
