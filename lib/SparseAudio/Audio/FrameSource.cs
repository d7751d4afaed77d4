using NAudio.Wave;

namespace SparseAudio.Audio;

/// <summary>An open file's frames, all channels interleaved, at the file's own rate.</summary>
internal abstract class FrameSource(string path) : IDisposable
{
    /// <summary>The file.</summary>
    protected string Path { get; } = path;

    /// <summary>"WAV" and the like.</summary>
    public abstract string Format { get; }

    /// <summary>Interleaved channels.</summary>
    public abstract int Channels { get; }

    /// <summary>Frames a second.</summary>
    public abstract int SampleRate { get; }

    /// <summary>Frames that can be read.</summary>
    public abstract long Frames { get; }

    /// <summary>Whether a sample can be infinite or not a number.</summary>
    public abstract bool IsFloat { get; }

    /// <summary>What was odd about the file and is worked around.</summary>
    public abstract IReadOnlyList<string> Warnings { get; }

    /// <summary>Opens a file by what its first bytes say, not by its name.</summary>
    /// <exception cref="AudioFileException">The file cannot be read as audio.</exception>
    public static FrameSource Open(string path)
    {
        try
        {
            CheckOrdinaryFile(path);
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            try
            {
                Span<byte> magic = stackalloc byte[12];
                var kind = AudioKind.Detect(magic[..file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false)]);
                if (kind == AudioKind.Wav)
                    return new WavFrames(file, path);

                file.Dispose();
                return kind is { } compressed
                    ? new DecodedFrames(path, compressed)
                    : throw new AudioFileException(path, "not a WAV, FLAC, Ogg or MP3 file", 0, "convert it to one of these");
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new AudioFileException(path, "no permission to read it", remedy: "change its permissions", cause: e);
        }
        catch (IOException e)
        {
            throw new AudioFileException(path, e.Message, cause: e);
        }
    }

    /// <summary>Moves to a frame.</summary>
    /// <exception cref="AudioFileException">The frame cannot be reached.</exception>
    public abstract void Seek(long frame);

    /// <summary>Reads interleaved samples from where the source stands; fewer than asked for at the end only.</summary>
    /// <exception cref="AudioFileException">The file is damaged there.</exception>
    public abstract int Read(Span<float> samples);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Fills the buffer from a provider, which may return parts.</summary>
    protected static int ReadFully(ISampleProvider provider, Span<float> samples)
    {
        var filled = 0;
        while (filled < samples.Length)
        {
            var got = provider.Read(samples[filled..]);
            if (got == 0)
                break;

            filled += got;
        }

        return filled;
    }

    private static void CheckOrdinaryFile(string path)
    {
        if (Directory.Exists(path))
            throw new AudioFileException(path, "a folder, not a file", remedy: "name a file in it");

        var info = new FileInfo(path);
        if (!info.Exists)
            throw new AudioFileException(path, "no such file", remedy: "check the name");

        // Pipes and devices have no length either, and opening one could wait forever.
        if ((info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info).Length == 0)
            throw new AudioFileException(path, "the file is empty", 0, "record or copy it again");
    }
}
