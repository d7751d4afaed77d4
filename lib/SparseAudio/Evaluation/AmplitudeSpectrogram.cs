using TorchSharp;
using static TorchSharp.torch;

namespace SparseAudio.Evaluation;

/// <summary>Magnitudes of a centred, Hann-windowed short-time Fourier transform, scaled so that a full-scale sine reads 1.</summary>
internal sealed class AmplitudeSpectrogram
{
    private readonly double[] _values;

    private AmplitudeSpectrogram(int window, int frames, double[] values) =>
        (Window, Frames, Bins, _values) = (window, frames, (window / 2) + 1, values);

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

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var signal = tensor(samples.ToArray(), device: CPU).to(ScalarType.Float64);
        var hann = hann_window(window, dtype: ScalarType.Float64, device: CPU);
        var transformed = stft(signal, window, hop, window, hann, center: true, pad_mode: PaddingModes.Reflect, return_complex: true);
        var magnitudes = transformed.abs().t().contiguous() * (4.0 / window);
        return new AmplitudeSpectrogram(window, (int)magnitudes.shape[0], magnitudes.data<double>().ToArray());
    }
}
