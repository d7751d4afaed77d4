using SparseAudio.Audio;

namespace SparseAudio.Evaluation.Rates;

/// <summary>
/// The largest coefficients of a modified discrete cosine transform (sine window, 2048 samples), quantised and entropy-coded, with a coded
/// noise floor where that is closer.
/// </summary>
public sealed class MdctCoder : IRateCoder
{
    /// <inheritdoc/>
    public string Name => "MDCT";

    /// <inheritdoc/>
    public IEnumerable<CodedSound> Code(AudioClip clip, IReadOnlyList<double> rates, CancellationToken cancellation = default) =>
        new RateSearch(new MdctCode(clip.Samples, clip.SampleRate), clip.Samples, clip.SampleRate).AtRates(rates, clip.DurationSeconds, cancellation);
}
