using System.Runtime.InteropServices;
using NAudio.Wave;

namespace SparseAudio.Audio;

/// <summary>
/// A FLAC, Ogg Vorbis or MP3 file as 32-bit samples, decoded by the system's libsndfile: NAudio brings decoders for Windows only.
/// </summary>
internal sealed partial class SoundFileReader : ISampleProvider, IDisposable
{
    private const string Library = "libsndfile.so.1";
    private const int ReadMode = 0x10;
    private const int FromStart = 0;

    private readonly FileHandle _file;
    private readonly bool _silent;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="silent">Whether what the decoder prints on stderr is left out.</param>
    /// <exception cref="SoundFileException">libsndfile cannot read the file.</exception>
    /// <exception cref="DllNotFoundException">libsndfile is not installed.</exception>
    public SoundFileReader(string path, bool silent = false)
    {
        _silent = silent;
        using var silence = Silence();
        var info = default(Info);
        var file = Open(path, ReadMode, ref info);
        if (file == 0)
            throw new SoundFileException(ErrorNumber(0), "sf_open", Message(0));

        _file = new FileHandle(file);
        WaveFormat = WaveFormat.CreateIeeeFloatWaveFormat(info.SampleRate, info.Channels);
        Frames = Math.Max(0, info.Frames);
    }

    /// <inheritdoc/>
    public WaveFormat WaveFormat { get; }

    /// <summary>Frames as the file's header has it; 0 where the file does not say.</summary>
    public long Frames { get; }

    /// <summary>Moves to a frame.</summary>
    /// <returns>The frame reached, as libsndfile reports it.</returns>
    /// <exception cref="SoundFileException">The frame cannot be reached.</exception>
    public long Seek(long frame)
    {
        using var silence = Silence();
        return Checked(Seek(_file, frame, FromStart), "sf_seek");
    }

    /// <summary>Reads whole frames, samples of all channels interleaved.</summary>
    /// <returns>Samples read; fewer than asked for at the end.</returns>
    /// <exception cref="SoundFileException">The file is damaged there.</exception>
    public int Read(Span<float> buffer)
    {
        using var silence = Silence();
        return (int)Checked(ReadFrames(_file, buffer, buffer.Length / WaveFormat.Channels), "sf_readf_float") * WaveFormat.Channels;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using var silence = Silence();
        _file.Dispose();
    }

    private NativeStderr.Silence Silence() => _silent ? NativeStderr.Silenced() : default;

    private long Checked(long result, string function)
    {
        if (result >= 0)
            return result;

        var file = _file.DangerousGetHandle();
        throw new SoundFileException(ErrorNumber(file), function, Message(file));
    }

    private static string Message(nint file) => Marshal.PtrToStringUTF8(ErrorText(file)) ?? "unknown error";

    [LibraryImport(Library, EntryPoint = "sf_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int mode, ref Info info);

    [LibraryImport(Library, EntryPoint = "sf_close")]
    private static partial int CloseFile(nint file);

    [LibraryImport(Library, EntryPoint = "sf_readf_float")]
    private static partial long ReadFrames(FileHandle file, Span<float> samples, long frames);

    [LibraryImport(Library, EntryPoint = "sf_seek")]
    private static partial long Seek(FileHandle file, long frames, int whence);

    [LibraryImport(Library, EntryPoint = "sf_error")]
    private static partial int ErrorNumber(nint file);

    [LibraryImport(Library, EntryPoint = "sf_strerror")]
    private static partial nint ErrorText(nint file);

    /// <summary>SF_INFO of sndfile.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Info
    {
        public long Frames;
        public int SampleRate;
        public int Channels;
        public int Format;
        public int Sections;
        public int Seekable;
    }

    /// <summary>An open SNDFILE*.</summary>
    private sealed class FileHandle : SafeHandle
    {
        public FileHandle(nint file)
            : base(0, ownsHandle: true) => SetHandle(file);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle() => CloseFile(handle) == 0;
    }
}

/// <summary>libsndfile reported an error.</summary>
internal sealed class SoundFileException(int number, string function, string message)
    : Exception($"{function} failed: {message} (libsndfile error {number})");
