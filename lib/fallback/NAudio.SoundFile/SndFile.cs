using System.Runtime.InteropServices;

namespace NAudio.SoundFile;

/// <summary>libsndfile's C functions, as far as reading needs them.</summary>
internal static partial class SndFile
{
    internal const int ModeRead = 0x10;
    internal const int SeekSet = 0;

    private const string Library = "libsndfile.so.1";

    [LibraryImport(Library, EntryPoint = "sf_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Open(string path, int mode, ref Info info);

    [LibraryImport(Library, EntryPoint = "sf_close")]
    internal static partial int Close(nint file);

    [LibraryImport(Library, EntryPoint = "sf_readf_float")]
    internal static partial long ReadFrames(nint file, Span<float> samples, long frames);

    [LibraryImport(Library, EntryPoint = "sf_seek")]
    internal static partial long Seek(nint file, long frames, int whence);

    [LibraryImport(Library, EntryPoint = "sf_error")]
    internal static partial int Error(nint file);

    internal static string Message(nint file) => Marshal.PtrToStringUTF8(ErrorText(file)) ?? "unknown error";

    [LibraryImport(Library, EntryPoint = "sf_strerror")]
    private static partial nint ErrorText(nint file);

    /// <summary>SF_INFO of sndfile.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Info
    {
        public long Frames;
        public int SampleRate;
        public int Channels;
        public int Format;
        public int Sections;
        public int Seekable;
    }

    /// <summary>An open SNDFILE*, closed with the last reference.</summary>
    internal sealed class Handle : SafeHandle
    {
        public Handle(nint file)
            : base(0, ownsHandle: true) => SetHandle(file);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle() => SndFile.Close(handle) == 0;
    }
}
