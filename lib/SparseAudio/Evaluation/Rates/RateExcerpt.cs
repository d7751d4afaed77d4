using SparseAudio.Audio;
using SparseAudio.Evaluation.Visqol;

namespace SparseAudio.Evaluation.Rates;

/// <summary>A recording or a part of it, as coders get it and as a listener hears the original.</summary>
/// <param name="Sound">At the sample rate of the coders.</param>
/// <param name="Heard">The same part of the file at ViSQOL's sample rate, with what lies above the coders' highest frequency.</param>
public sealed record RateExcerpt(AudioClip Sound, AudioClip Heard)
{
    /// <summary>Reads an excerpt.</summary>
    /// <param name="path">The recording.</param>
    /// <param name="sampleRate">Samples a second for the coders.</param>
    /// <param name="seconds">Length of the excerpt, from the recording's middle; null or longer than the recording: all of it.</param>
    /// <exception cref="AudioFileException">The file is missing, unreadable, damaged or no audio.</exception>
    public static RateExcerpt Read(string path, int sampleRate, double? seconds = null) =>
        new(Middle(path, sampleRate, seconds), Middle(path, VisqolScore.SampleRate, seconds));

    private static AudioClip Middle(string path, int sampleRate, double? seconds)
    {
        using var recording = Recording.Open(path, sampleRate);
        var samples = new float[(int)Math.Min(recording.Length, seconds * sampleRate ?? Array.MaxLength)];
        recording.Read((recording.Length - samples.Length) / 2, samples);
        return new AudioClip(samples, sampleRate, Path.GetFileNameWithoutExtension(path));
    }
}
