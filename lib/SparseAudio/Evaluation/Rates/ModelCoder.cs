using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;
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
        foreach (var rate in rates)
        {
            if (Rated(recording, rate, cancellation) is not { } rated) continue;
            var bytes = CodeFile.ToBytes(rated.Code, rated.Precision);
            var code = CodeFile.Read(new MemoryStream(bytes), clip.Name);
            yield return new CodedSound(rate, bytes, new CodeDecoder(encoder.Model).Decode(code, cancellation: cancellation).Samples);
        }
    }

    private RatedCode? Rated(Recording recording, double rate, CancellationToken cancellation)
    {
        try
        {
            return new RateControl(encoder).Encode(recording, rate, cancellation: cancellation);
        }
        catch (CodeRateException)
        {
            return null;
        }
    }
}
