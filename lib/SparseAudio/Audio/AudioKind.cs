namespace SparseAudio.Audio;

/// <summary>The file formats that are read, and how their first bytes tell them apart.</summary>
internal static class AudioKind
{
    public const string Wav = "WAV";
    public const string Flac = "FLAC";
    public const string Ogg = "Ogg";
    public const string Mp3 = "MP3";

    /// <summary>Endings of file names that are taken for recordings when a folder is searched.</summary>
    public static readonly IReadOnlyList<string> Extensions = [".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3"];

    /// <summary>Names the format; null if it is none of them.</summary>
    public static string? Detect(ReadOnlySpan<byte> start)
    {
        if (start.Length >= 12 && (start.StartsWith("RIFF"u8) || start.StartsWith("RF64"u8)) && start[8..].StartsWith("WAVE"u8))
        {
            return Wav;
        }

        return start.StartsWith("fLaC"u8) ? Flac
            : start.StartsWith("OggS"u8) ? Ogg
            : start.StartsWith("ID3"u8) || IsMpegFrame(start) ? Mp3
            : null;
    }

    private static bool IsMpegFrame(ReadOnlySpan<byte> start) =>
        start.Length >= 2 && start[0] == 0xFF && (start[1] & 0xE0) == 0xE0 && (start[1] & 0x06) != 0;
}
