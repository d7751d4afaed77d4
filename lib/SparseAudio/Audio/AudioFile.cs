using NAudio.Wave;

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
        {
            warn?.Invoke($"'{path}': {warning}");
        }

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
            {
                Array.Resize(ref samples, (int)Math.Min(recording.Length, 2L * samples.Length));
            }

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
        {
            throw new AudioFileException(path, $"sample {bad} of the clip is {clip.Samples[bad]}", remedy: "nothing was written");
        }

        var samples = Array.ConvertAll(clip.Samples, x => (short)Math.Clamp(MathF.Round(x * 32768), short.MinValue, short.MaxValue));
        WriteComplete(path, overwrite, temporary =>
        {
            using var writer = new WaveFileWriter(temporary, new WaveFormat(clip.SampleRate, 16, 1));
            writer.WriteSamples(samples, 0, samples.Length);
        });
        return clip.Samples.Count(x => Math.Abs(x) > 1);
    }

    private static void WriteComplete(string path, bool overwrite, Action<string> write)
    {
        var temporary = $"{path}.{Environment.ProcessId}.part";
        try
        {
            if (!overwrite && File.Exists(path))
            {
                throw new AudioFileException(path, "the file exists", remedy: "choose another name or allow overwriting");
            }

            write(temporary);
            File.Move(temporary, path, overwrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AudioFileException(path, $"cannot be written: {e.Message}", remedy: "check the folder", cause: e);
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }
}
