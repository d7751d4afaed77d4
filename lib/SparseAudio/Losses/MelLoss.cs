using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>The mean absolute difference of log-mel spectrograms.</summary>
/// <param name="sampleRate">Samples a second.</param>
/// <param name="bands">Mel bands.</param>
/// <param name="window">Samples in a window.</param>
/// <param name="hop">Samples between windows.</param>
/// <param name="floor">Added to band magnitudes before the logarithm.</param>
/// <param name="fullScale">Whether magnitudes are scaled so that a full-scale sine reads 1, as evaluation does; otherwise the transform is orthonormal.</param>
public sealed class MelLoss(
    int sampleRate = 22050, int bands = 128, int window = 2048, int hop = 512, double floor = 1e-4, bool fullScale = false) : ILoss
{
    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        using var scope = NewDisposeScope();
        var filters = MelFilters.Matrix(window / 2 + 1, bands, sampleRate, target.device);
        var difference = LogMel(target, filters) - LogMel(events.sum(1, true), filters);
        return LossParts.Of([("mel", difference.abs().mean())]).MoveToOuterDisposeScope();
    }

    private Tensor LogMel(Tensor signal, Tensor filters)
    {
        var scale = fullScale ? 4 / Math.Sqrt(window) : 1;
        return (Stft.Magnitude(signal, window, hop).matmul(filters) * scale + floor).log();
    }
}
