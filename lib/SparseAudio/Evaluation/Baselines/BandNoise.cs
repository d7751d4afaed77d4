using System.Numerics;

namespace SparseAudio.Evaluation.Baselines;

/// <summary>
/// Noise that follows the energy of a sound in 16 bands (evenly spaced on the mel scale) in frames of 1024 samples, 512 apart;
/// an oracle, since it is told those energies.
/// </summary>
public static class BandNoise
{
    /// <summary>Number of bands.</summary>
    public const int Bands = 16;

    /// <summary>Samples from one frame to the next.</summary>
    public const int Hop = Window / 2;

    private const int Window = 1024;

    /// <summary>Noise with the band energies of <paramref name="sound"/> times <paramref name="gain"/> squared.</summary>
    /// <param name="sound">The sound to follow.</param>
    /// <param name="sampleRate">Samples a second, for the mel scale.</param>
    /// <param name="gain">Factor of the amplitude.</param>
    /// <param name="seed">Seed of the noise: equal arguments give equal noise.</param>
    /// <returns>As many samples as <paramref name="sound"/> has.</returns>
    public static float[] Like(ReadOnlySpan<float> sound, int sampleRate, double gain = 1, int seed = 0)
    {
        var levels = Levels(sound, sampleRate);
        foreach (var frame in levels)
            for (var band = 0; band < Bands; band++) frame[band] *= gain;
        return Render(levels, sound.Length, sampleRate, seed);
    }

    /// <summary>
    /// The level of a sound in every band and frame: the root of the mean power of the band's bins, 1 for white noise of variance 1.
    /// </summary>
    /// <returns>(frames)(bands).</returns>
    internal static double[][] Levels(ReadOnlySpan<float> sound, int sampleRate)
    {
        var (taper, edges, transform, heard) = (Taper(), Edges(sampleRate), new FourierTransform(Window), new Complex[Window]);
        var levels = new double[Frames(sound.Length)][];
        for (var frame = 0; frame < levels.Length; frame++)
        {
            var start = (frame * Hop) + Hop - Window;
            for (var i = 0; i < Window; i++) heard[i] = start + i >= 0 && start + i < sound.Length ? taper[i] * sound[start + i] : 0;
            transform.Forward(heard);
            levels[frame] = [.. Enumerable.Range(0, Bands).Select(band => Level(heard.AsSpan(edges[band]..edges[band + 1])))];
        }

        return levels;
    }

    /// <summary>Noise with given levels (frames)(bands).</summary>
    /// <returns>(samples).</returns>
    internal static float[] Render(IReadOnlyList<double[]> levels, int samples, int sampleRate, int seed = 0)
    {
        var result = new float[samples];
        var white = White(samples, seed);
        var (taper, edges, transform, noise) = (Taper(), Edges(sampleRate), new FourierTransform(Window), new Complex[Window]);
        for (var frame = 0; frame < levels.Count; frame++)
        {
            var start = (frame * Hop) + Hop - Window;
            for (var i = 0; i < Window; i++) noise[i] = start + i >= 0 && start + i < samples ? taper[i] * white[start + i] : 0;
            transform.Forward(noise);
            for (var band = 0; band < Bands; band++) Scale(noise, edges[band], edges[band + 1], levels[frame][band]);
            transform.Inverse(noise);
            for (var i = Math.Max(-start, 0); i < Window && start + i < samples; i++)
                result[start + i] += (float)(taper[i] * noise[i].Real);
        }

        return result;
    }

    /// <summary>How many frames a sound of so many samples has.</summary>
    internal static int Frames(int samples) => (samples + Window - 1) / Hop;

    /// <summary>How many numbers the noise for a sound of so many samples is told.</summary>
    /// <param name="samples">Length of the sound.</param>
    public static int Numbers(int samples) => Bands * Frames(samples);

    private static double[] Taper() => [.. Enumerable.Range(0, Window).Select(i => Math.Sin(Math.PI * (i + 0.5) / Window))];

    // White noise of variance 1 has this power in every bin under a taper whose squares, half a window apart, add up to 1.
    private static double Level(ReadOnlySpan<Complex> bins)
    {
        const double whitePower = Window / 2;
        double power = 0;
        foreach (var bin in bins) power += (bin.Real * bin.Real) + (bin.Imaginary * bin.Imaginary);
        return Math.Sqrt(power / bins.Length / whitePower);
    }

    private static void Scale(Complex[] noise, int from, int to, double level)
    {
        for (var bin = from; bin < to; bin++)
        {
            noise[bin] *= level;
            if (bin is > 0 and < Window / 2) noise[Window - bin] *= level;
        }
    }

    // First bins of the bands, and one past the last bin: 0 Hz to half the sample rate, at least one bin each.
    private static int[] Edges(int sampleRate)
    {
        var top = Math.Log(1 + (sampleRate / 2.0 / 700));
        var edges = new int[Bands + 1];
        for (var band = 1; band < Bands; band++)
        {
            var frequency = 700 * (Math.Exp(top * band / Bands) - 1);
            edges[band] = Math.Max((int)Math.Round(frequency * Window / sampleRate), edges[band - 1] + 1);
        }

        edges[Bands] = (Window / 2) + 1;
        return edges;
    }

    private static double[] White(int samples, int seed)
    {
        var random = new Random(seed);
        var noise = new double[samples];
        for (var i = 0; i < samples; i++)
            noise[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
        return noise;
    }
}

/// <summary>The system without events: nothing but <see cref="BandNoise"/> that follows the segment.</summary>
public sealed class BandNoiseReconstructor : IReconstructor
{
    /// <summary>Samples a second, for the bands.</summary>
    public int SampleRate { get; init; } = 22050;

    /// <inheritdoc/>
    public string Name => "band noise";

    /// <inheritdoc/>
    public double NumbersPer(int samples) => BandNoise.Numbers(samples);

    /// <inheritdoc/>
    public Reconstruction Rebuild(float[] samples, CancellationToken cancellation) => new(BandNoise.Like(samples, SampleRate));
}
