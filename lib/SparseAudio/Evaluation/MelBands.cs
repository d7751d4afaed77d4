namespace SparseAudio.Evaluation;

/// <summary>Triangular bands of peak 1, evenly spaced on the mel scale 2595 log10(1 + f/700) from 0 Hz to half the sample rate.</summary>
internal static class MelBands
{
    private const int Bands = 128;

    /// <summary>Mean |ln A − ln B| over all bands and frames, band magnitudes floored at <see cref="MultiResolutionDistance.Floor"/>.</summary>
    public static double LogDistance(AmplitudeSpectrogram a, AmplitudeSpectrogram b, int sampleRate)
    {
        var bands = Triangles(a.Window, sampleRate);
        double sum = 0;
        for (var frame = 0; frame < a.Frames; frame++)
        {
            var x = a.Frame(frame);
            var y = b.Frame(frame);
            foreach (var (first, weights) in bands)
                sum += Math.Abs(LogLevel(x, first, weights) - LogLevel(y, first, weights));
        }

        return sum / (a.Frames * Bands);
    }

    private static double LogLevel(ReadOnlySpan<double> magnitudes, int first, double[] weights)
    {
        double level = 0;
        for (var i = 0; i < weights.Length; i++)
            level += weights[i] * magnitudes[first + i];

        return Math.Log(Math.Max(level, MultiResolutionDistance.Floor));
    }

    private static (int First, double[] Weights)[] Triangles(int window, int sampleRate)
    {
        var top = 2595 * Math.Log10(1 + (sampleRate / 2.0 / 700));
        double Edge(int i) => 700 * (Math.Pow(10, top * i / (Bands + 1) / 2595) - 1);
        var result = new (int, double[])[Bands];
        for (var band = 0; band < Bands; band++)
        {
            var (low, centre, high) = (Edge(band), Edge(band + 1), Edge(band + 2));
            var first = (int)Math.Ceiling(low * window / sampleRate);
            var last = Math.Min((int)Math.Floor(high * window / sampleRate), window / 2);
            var weights = new double[Math.Max(last - first + 1, 0)];
            for (var i = 0; i < weights.Length; i++)
            {
                var frequency = (double)(first + i) * sampleRate / window;
                weights[i] = Math.Max(Math.Min((frequency - low) / (centre - low), (high - frequency) / (high - centre)), 0);
            }

            result[band] = (first, weights);
        }

        return result;
    }
}
