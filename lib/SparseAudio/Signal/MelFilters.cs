using static TorchSharp.torch;

namespace SparseAudio.Signal;

/// <summary>Triangular bands, evenly spaced on the mel scale (2595 log10(1 + hertz / 700)).</summary>
public static class MelFilters
{
    /// <summary>The weights of every spectral bin in every band; the peak of a band is 1.</summary>
    /// <param name="bins">Bins of the spectrum from 0 Hz to half of the sample rate.</param>
    /// <param name="bands">Mel bands.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="device">Device of the matrix.</param>
    /// <returns>(bins, bands): multiply magnitudes with it from the right.</returns>
    public static Tensor Matrix(int bins, int bands, int sampleRate, Device device)
    {
        var highest = ToMel(sampleRate / 2.0);
        var edges = Enumerable.Range(0, bands + 2).Select(k => ToHertz(highest * k / (bands + 1))).ToArray();
        var weights = new float[bins, bands];
        for (var bin = 0; bin < bins; bin++)
        {
            var hertz = bin * sampleRate / 2.0 / (bins - 1);
            for (var band = 0; band < bands; band++)
            {
                var rising = (hertz - edges[band]) / (edges[band + 1] - edges[band]);
                var falling = (edges[band + 2] - hertz) / (edges[band + 2] - edges[band + 1]);
                weights[bin, band] = (float)Math.Max(0, Math.Min(rising, falling));
            }
        }
        return from_array(weights, CPU).IntoTorchMemory(device);
    }

    private static double ToMel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);

    private static double ToHertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
}
