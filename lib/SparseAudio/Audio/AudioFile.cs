using NAudio.Wave;
using SparseAudio.IO;

namespace SparseAudio.Audio;

/// <summary>Whole clips from files and to files.</summary>
public static class AudioFile
{
    private const int ReadBlock = 1 << 18;

    /// <summary>Reads a WAV, FLAC, Ogg or MP3 file as a mono clip named like the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sampleRate">Samples a second to convert to.</param>
    /// <param name="warn">Told, in one line each, what is odd about a file that can be used all the same.</param>
    /// <exception cref="AudioFileException">The file is missing, unreadable, damaged or no audio.</exception>
    public static AudioClip Read(string path, int sampleRate = Recording.DefaultSampleRate, Action<string>? warn = null)
    {
        using var recording = Recording.Open(path, sampleRate);
        foreach (var warning in recording.Warnings)
            warn?.Invoke($"'{path}': {warning}");

        if (recording.Length > Array.MaxLength)
        {
            throw new AudioFileException(
                path, $"{recording.DurationSeconds / 3600:F0} hours are too long for one clip", remedy: "cut it into parts");
        }

        // Grows with what was really read, so that a false length in a header costs nothing.
        var samples = new float[Math.Min(recording.Length, ReadBlock)];
        for (var done = 0; done < recording.Length;)
        {
            if (done == samples.Length)
                Array.Resize(ref samples, (int)Math.Min(recording.Length, 2L * samples.Length));

            var block = samples.AsSpan(done, Math.Min(samples.Length - done, ReadBlock));
            recording.Read(done, block);
            done += block.Length;
        }

        return new AudioClip(samples, sampleRate, Path.GetFileNameWithoutExtension(path));
    }

    /// <summary>Writes a clip as 16-bit mono WAV; the file appears only when it is complete.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="clip">The samples; what lies beyond full scale is clipped.</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <returns>The number of samples that were clipped.</returns>
    /// <exception cref="AudioFileException">The file exists, cannot be written, or the clip holds NaN.</exception>
    public static int WriteWav(string path, AudioClip clip, bool overwrite = false)
    {
        if (Array.FindIndex(clip.Samples, x => !float.IsFinite(x)) is >= 0 and var bad)
            throw new AudioFileException(path, $"sample {bad} of the clip is {clip.Samples[bad]}", remedy: "nothing was written");

        var samples = Array.ConvertAll(clip.Samples, x => (short)Math.Clamp(MathF.Round(x * 32768), short.MinValue, short.MaxValue));
        try
        {
            using var file = new AtomicFile(path, overwrite);
            using (var writer = new WaveFileWriter(file.Stream, new WaveFormat(clip.SampleRate, 16, 1)))
                writer.WriteSamples(samples, 0, samples.Length);
            file.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AudioFileException(path, $"cannot be written: {e.Message}", remedy: "check the folder", cause: e);
        }

        return clip.Samples.Count(x => Math.Abs(x) > 1);
    }
}

/// <summary>An audio file or a folder of them cannot be used; the message says which, where, why and what to do.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="reason">What is wrong with it.</param>
/// <param name="offset">Where in the file, in bytes, if known.</param>
/// <param name="remedy">What the reader of the message can do about it.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class AudioFileException(
    string path, string reason, long? offset = null, string? remedy = null, Exception? cause = null)
    : Exception(Describe(path, reason, offset, remedy), cause)
{
    /// <summary>The file or folder.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;

    /// <summary>Where in the file, in bytes; null if that is not known.</summary>
    public long? Offset { get; } = offset;

    /// <summary>What can be done about it, if there is something.</summary>
    public string? Remedy { get; } = remedy;

    private static string Describe(string path, string reason, long? offset, string? remedy)
    {
        var place = offset is { } at ? $" (byte {at})" : "";
        var advice = remedy is null ? "" : $"; {remedy}";
        return $"'{path}'{place}: {reason}{advice}";
    }
}

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
        var isRiff = start.StartsWith("RIFF"u8) || start.StartsWith("RF64"u8) || start.StartsWith("BW64"u8);
        if (isRiff && start.Length >= 12 && start[8..].StartsWith("WAVE"u8))
            return Wav;

        return start.StartsWith("fLaC"u8) ? Flac
            : start.StartsWith("OggS"u8) ? Ogg
            : start.StartsWith("ID3"u8) || IsMpegFrame(start) ? Mp3
            : null;
    }

    private static bool IsMpegFrame(ReadOnlySpan<byte> start) =>
        start.Length >= 2 && start[0] == 0xFF && (start[1] & 0xE0) == 0xE0 && (start[1] & 0x06) != 0;
}

/// <summary>What a file may claim about itself and still be believed.</summary>
internal static class AudioLimits
{
    private const int MinRate = 1000;
    private const int MaxRate = 768_000;
    private const int MaxChannels = 64;

    /// <summary>
    /// A sample of floating point may lie beyond full scale, ±1, but not so far that sums of its squares are no numbers any more.
    /// </summary>
    public const float LargestSample = 1e6f;

    /// <summary>Refuses counts and rates that no recording has.</summary>
    /// <exception cref="AudioFileException">A number lies outside of the limits.</exception>
    public static void Check(string path, int channels, long rate, long? offset = null)
    {
        if (channels is < 1 or > MaxChannels)
            throw new AudioFileException(path, $"{channels} channels, not 1 to {MaxChannels}", offset, "export it again");

        if (rate is < MinRate or > MaxRate)
        {
            throw new AudioFileException(
                path, $"a sample rate of {rate} Hz, not {MinRate} to {MaxRate}", offset + 2, "export it again");
        }
    }
}
