using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Signal;

/// <summary>Cuts signals into overlapping frames and adds frames back together.</summary>
public static class Framing
{
    /// <summary>
    /// Overlapping frames of a signal that is padded with <paramref name="size"/> zeros at its end, so that frame t
    /// looks at the samples from <c>t * hop</c> on.
    /// </summary>
    /// <param name="signal">(…, samples)</param>
    /// <param name="size">Samples in a frame.</param>
    /// <param name="hop">Samples between the starts of neighbouring frames; must divide the signal's length.</param>
    /// <returns>(…, samples / hop, size), a view where the engine can give one.</returns>
    public static Tensor Split(Tensor signal, long size, long hop)
    {
        signal.RequireReal([TensorGuard.Leading, TensorGuard.Any]);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hop, 1);
        if (signal.shape[^1] % hop != 0)
            throw new ArgumentException($"{signal.shape[^1]} samples are no multiple of the hop, {hop}.", nameof(signal));
        using var scope = NewDisposeScope();
        var frames = pad(signal, (0, size)).unfold(-1, size, hop);
        return frames.narrow(-2, 0, signal.shape[^1] / hop).MoveToOuterDisposeScope();
    }

    /// <summary>Adds frames that overlap by half: the inverse direction of <see cref="Split"/> with hop = size / 2.</summary>
    /// <param name="frames">(…, count, size)</param>
    /// <returns>(…, count * size / 2); what reaches beyond the last hop is cut off.</returns>
    public static Tensor OverlapAdd(Tensor frames)
    {
        frames.RequireReal([TensorGuard.Leading, TensorGuard.Any, TensorGuard.Any]);
        if (frames.shape[^1] % 2 != 0)
            throw new ArgumentException($"Frames that overlap by half have an even size, not {frames.shape[^1]}.", nameof(frames));
        using var scope = NewDisposeScope();
        var hop = frames.shape[^1] / 2;
        var heads = frames.narrow(-1, 0, hop);
        var tails = pad(frames.narrow(-1, hop, hop), (0, 0, 1, -1));
        return (heads + tails).flatten(-2, -1).MoveToOuterDisposeScope();
    }
}

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
