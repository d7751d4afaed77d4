using SparseAudio.Audio;
using static TorchSharp.torch;

namespace SparseAudio.Models;

/// <summary>Measured impulse responses of rooms, from a folder of recordings.</summary>
public static class RoomResponses
{
    private static readonly string[] _endings = [".wav", ".flac", ".ogg", ".mp3"];

    /// <summary>The recordings of a folder in the order of their names, so that it is the same on every machine.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Paths.</returns>
    /// <exception cref="AudioFileException">There is no such folder, or no recording in it.</exception>
    public static IReadOnlyList<string> Find(string folder)
    {
        string[] files = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Where(file => _endings.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(
                StringComparer.Ordinal)]
            : throw new AudioFileException(folder, "there is no such folder of room impulse responses");
        return files.Length > 0 ? files : throw new AudioFileException(folder, "no room impulse responses (.wav, .flac, .ogg, .mp3) in this folder");
    }

    /// <summary>Reads impulse responses, cut or filled up with silence to a segment's length; loudness as recorded.</summary>
    /// <param name="files">The recordings.</param>
    /// <param name="config">Length and sample rate.</param>
    /// <returns>(rooms, samples) on the CPU.</returns>
    /// <exception cref="AudioFileException">A recording cannot be read.</exception>
    public static Tensor Read(IReadOnlyList<string> files, ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(config);
        var all = new float[files.Count * config.Samples];
        for (var i = 0; i < files.Count; i++)
        {
            ReadOnlySpan<float> samples = AudioFile.Read(files[i], config.SampleRate).Samples;
            samples[..Math.Min(samples.Length, config.Samples)].CopyTo(all.AsSpan(i * config.Samples));
        }

        TorchLibrary.Require();
        return tensor(all, [files.Count, config.Samples], device: CPU);
    }
}
