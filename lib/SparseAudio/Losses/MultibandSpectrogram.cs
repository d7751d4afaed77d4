using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// What the published loss looks at: seven octave bands, each as a spectrogram with a long window (128 samples of the
/// band) and one with a short window (64).
/// </summary>
public static class MultibandSpectrogram
{
    /// <summary>Samples of the lowest band.</summary>
    public const long SmallestBand = 512;

    private static readonly (string Name, long Window, long Hop)[] Windows = [("long", 128, 64), ("short", 64, 32)];

    /// <summary>The fourteen spectrograms, named by band and window: 512_long, 512_short, 1024_long, ….</summary>
    /// <param name="signal">(…, samples), samples a power of two from 512 on.</param>
    /// <returns>Each (…, size / hop, window / 2 + 1).</returns>
    public static IReadOnlyList<(string Name, Tensor Magnitude)> Of(Tensor signal)
    {
        using var scope = NewDisposeScope();
        var spectrograms = new List<(string, Tensor)>();
        foreach (var band in OctaveBands.Split(signal, SmallestBand))
            foreach (var (name, window, hop) in Windows)
                spectrograms.Add(($"{band.Size}_{name}", Stft.Magnitude(band.Samples, window, hop).MoveToOuterDisposeScope()));
        return spectrograms;
    }

    /// <summary>The sums of absolute differences of all spectrograms of two signals of one shape.</summary>
    /// <param name="a">(…, samples)</param>
    /// <param name="b">(…, samples)</param>
    /// <param name="scale">Factor of every part.</param>
    public static LossParts Distance(Tensor a, Tensor b, double scale)
    {
        using var scope = NewDisposeScope();
        var parts = Of(a).Zip(Of(b), (x, y) => (x.Name, (x.Magnitude - y.Magnitude).abs().sum() * scale));
        return LossParts.Of([.. parts]).MoveToOuterDisposeScope();
    }
}
