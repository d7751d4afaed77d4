using SparseAudio.Audio;

namespace SparseAudio.Evaluation.Visqol;

/// <summary>
/// ViSQOL v3 in audio mode: how good a listener would judge a rebuilt sound beside its original, as a mean opinion score (A. Hines et al.,
/// "ViSQOLAudio", JASA 2015; M. Chinen et al., "ViSQOL v3", QoMEX 2020). It computes what the published program computes, oddities included
/// (github google/visqol, conformance version 333), so that scores can be compared with published ones.
/// </summary>
/// <remarks>
/// Both sounds are seen as loudness in 32 bands of a gammatone filter bank. Patches of 0.6 s of the original are looked for in the rebuilt
/// sound, put exactly on one another, and compared by their structural similarity; a support vector machine, trained on listening tests,
/// turns the similarity of the bands into the score.
/// </remarks>
public static class VisqolScore
{
    /// <summary>Samples a second that the score is defined for.</summary>
    public const int SampleRate = 48000;

    /// <summary>The shortest original, in seconds: one and a half patches.</summary>
    public const double ShortestSeconds = 1;

    // A similarity at which two sounds have nothing to do with each other, and nothing learned about codecs applies.
    private const double Unrelated = 0.15;

    /// <summary>Judges a sound.</summary>
    /// <param name="original">The original, mono, at <see cref="SampleRate"/>.</param>
    /// <param name="rebuilt">What was made of it; it may begin a little earlier or later.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="ArgumentException">A clip has another sample rate, or is too short.</exception>
    public static VisqolResult Of(AudioClip original, AudioClip rebuilt, CancellationToken cancellation = default)
    {
        Require(original, nameof(original));
        Require(rebuilt, nameof(rebuilt));
        var reference = Array.ConvertAll(original.Samples, x => (double)x);
        var degraded = SignalAlignment.Align(reference, Array.ConvertAll(rebuilt.Samples, x => (double)x)).Degraded;
        degraded = AtLevelOf(reference, degraded);
        var patches = new PatchAlignment(reference, degraded).Match(cancellation);
        var bands = new double[GammatoneSpectrogram.Bands];
        foreach (var patch in patches)
            for (var band = 0; band < bands.Length; band++) bands[band] += patch.BandMeans[band] / patches.Count;
        var similarity = bands.Average();
        var score = similarity < Unrelated ? 1 : Math.Clamp(SupportVectorRegression.Shipped.Predict(bands), 1, 5);
        return new VisqolResult(score, similarity, bands);
    }

    private static void Require(AudioClip clip, string name)
    {
        ArgumentNullException.ThrowIfNull(clip, name);
        if (clip.SampleRate != SampleRate) throw new ArgumentException($"The sample rate must be {SampleRate} Hz, not {clip.SampleRate} Hz.", name);
        if (clip.DurationSeconds < ShortestSeconds)
            throw new ArgumentException($"The clip must last at least {ShortestSeconds} s, not {clip.DurationSeconds:F2} s.", name);
    }

    private static double[] AtLevelOf(double[] reference, double[] degraded)
    {
        static double Rms(double[] signal) => Math.Sqrt(signal.Sum(x => x * x) / signal.Length);
        var level = Rms(degraded);
        var factor = level > 0 ? Rms(reference) / level : 1;
        return Array.ConvertAll(degraded, x => x * factor);
    }
}

/// <summary>How good a rebuilt sound is.</summary>
/// <param name="Score">The mean opinion score (MOS-LQO), 1 (bad) to 5 (excellent); an original beside itself has 4.73.</param>
/// <param name="Similarity">The mean similarity of all bands, up to 1.</param>
/// <param name="BandSimilarities">The similarity of each band, from the lowest.</param>
public sealed record VisqolResult(double Score, double Similarity, IReadOnlyList<double> BandSimilarities);
