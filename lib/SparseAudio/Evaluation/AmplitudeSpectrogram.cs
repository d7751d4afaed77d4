using System.Numerics;

namespace SparseAudio.Evaluation;

/// <summary>Magnitudes of a centred, Hann-windowed short-time Fourier transform, scaled so that a full-scale sine reads 1.</summary>
internal sealed class AmplitudeSpectrogram
{
    private readonly double[] _values;

    private AmplitudeSpectrogram(int window, int frames)
    {
        Window = window;
        Frames = frames;
        Bins = (window / 2) + 1;
        _values = new double[frames * Bins];
    }

    /// <summary>Window length in samples.</summary>
    public int Window { get; }

    /// <summary>Number of frames.</summary>
    public int Frames { get; }

    /// <summary>Number of bins, <c>Window / 2 + 1</c>.</summary>
    public int Bins { get; }

    /// <summary>All magnitudes, frame after frame.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The magnitudes of one frame.</summary>
    public ReadOnlySpan<double> Frame(int frame) => _values.AsSpan(frame * Bins, Bins);

    /// <summary>Transforms <paramref name="samples"/>, mirrored at both ends by half a window, every <paramref name="hop"/> samples.</summary>
    /// <param name="samples">More than half a window of samples.</param>
    /// <param name="window">Window length in samples, a power of two.</param>
    /// <param name="hop">Samples from one frame to the next.</param>
    /// <exception cref="ArgumentException">There are too few samples to mirror.</exception>
    public static AmplitudeSpectrogram Compute(ReadOnlySpan<float> samples, int window, int hop)
    {
        var half = window / 2;
        if (samples.Length <= half)
            throw new ArgumentException($"{samples.Length} samples are too few for a window of {window}: give more than {half}.", nameof(samples));

        var result = new AmplitudeSpectrogram(window, (samples.Length / hop) + 1);
        var transform = new FourierTransform(window);
        var buffer = new Complex[window];
        var hann = new double[window];
        for (var i = 0; i < window; i++)
            hann[i] = 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / window));

        for (var frame = 0; frame < result.Frames; frame++)
        {
            var start = (frame * hop) - half;
            for (var i = 0; i < window; i++)
                buffer[i] = hann[i] * samples[Mirror(start + i, samples.Length)];

            transform.Forward(buffer);
            var row = result._values.AsSpan(frame * result.Bins, result.Bins);
            for (var bin = 0; bin < row.Length; bin++)
                row[bin] = buffer[bin].Magnitude * 4 / window;
        }

        return result;
    }

    private static int Mirror(int index, int length)
    {
        if (index < 0)
            return -index;

        return index < length ? index : (2 * (length - 1)) - index;
    }
}
