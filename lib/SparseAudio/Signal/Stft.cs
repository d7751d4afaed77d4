using TorchSharp;
using static TorchSharp.torch;

namespace SparseAudio.Signal;

/// <summary>Short-time Fourier transform with a periodic Hann window and the published framing.</summary>
public static class Stft
{
    /// <summary>Magnitudes of the orthonormal transform of every frame.</summary>
    /// <param name="signal">(…, samples)</param>
    /// <param name="window">Samples in a window.</param>
    /// <param name="hop">Samples between neighbouring windows; the window reaches forward from its hop.</param>
    /// <returns>(…, samples / hop, window / 2 + 1)</returns>
    public static Tensor Magnitude(Tensor signal, long window, long hop)
    {
        signal.RequireReal([TensorGuard.Leading, TensorGuard.Any]);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        using var scope = NewDisposeScope();
        var shape = hann_window(window, dtype: signal.dtype, device: signal.device);
        var frames = Framing.Split(signal, window, hop) * shape;
        return fft.rfft(frames, norm: FFTNormType.Ortho).abs().MoveToOuterDisposeScope();
    }
}
