using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.IO;

namespace SparseAudio.Evaluation.Rates;

/// <summary>A model's own codes at given bit rates, by <see cref="RateControl"/>: whole code files, their headers included.</summary>
/// <param name="encoder">Finds the events.</param>
public sealed class ModelCoder(CodeEncoder encoder) : IRateCoder
{
    /// <inheritdoc/>
    public string Name => encoder.Model.Config.Name;

    /// <inheritdoc/>
    public IEnumerable<CodedSound> Code(AudioClip clip, IReadOnlyList<double> rates, CancellationToken cancellation = default)
    {
        using var folder = new TemporaryFolder();
        AudioFile.WriteWav(folder.File("excerpt.wav"), clip);
        using var recording = Recording.Open(folder.File("excerpt.wav"), clip.SampleRate);
        var ranked = new RateControl(encoder).Rank(recording, cancellation: cancellation);
        foreach (var rate in rates)
        {
            if (Rated(ranked, rate, cancellation) is not { } rated) continue;
            var sound = new CodeDecoder(encoder.Model).Decode(rated.Code, cancellation: cancellation);
            yield return new CodedSound(rate, rated.File, sound.Samples);
        }
    }

    private static RatedCode? Rated(RankedRecording ranked, double rate, CancellationToken cancellation)
    {
        try
        {
            return ranked.At(rate, cancellation);
        }
        catch (CodeRateException)
        {
            return null;
        }
    }
}
