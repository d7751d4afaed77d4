using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// The multi-resolution STFT loss of Parallel WaveGAN (Yamamoto et al. 2020, https://arxiv.org/abs/1910.11480): for each window length
/// the spectral convergence (the norm of the difference over the norm of the target) and the mean difference of log magnitudes.
/// </summary>
/// <param name="windows">Window lengths in samples; the hop is a quarter of each. Null means 512, 1024 and 2048.</param>
/// <param name="floor">Added to magnitudes before the logarithm.</param>
/// <param name="fullScale">Whether magnitudes are scaled so that a sine of amplitude 1 reads 1; otherwise the transform is orthonormal.</param>
/// <param name="convergenceWeight">Weight of the spectral convergence beside the log magnitudes.</param>
public sealed class MultiResolutionStftLoss(int[]? windows = null, double floor = 1e-4, bool fullScale = false, double convergenceWeight = 1) : ILoss
{
    private const double NormFloor = 1e-8;
    private readonly int[] _windows = windows ?? [512, 1024, 2048];

    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        LossGuard.Require(target, events);
        using var scope = NewDisposeScope();
        var sum = events.sum(1, true);
        var parts = new List<(string, Tensor)>();
        foreach (var window in _windows)
        {
            var scale = fullScale ? 4 / Math.Sqrt(window) : 1;
            var wanted = Stft.Magnitude(target, window, window / 4).flatten(1) * scale;
            var given = Stft.Magnitude(sum, window, window / 4).flatten(1) * scale;
            var convergence = (given - wanted).norm(1) / (wanted.norm(1) + NormFloor);
            var logarithm = ((given + floor).log() - (wanted + floor).log()).abs();
            parts.Add(($"convergence_{window}", convergence.mean() * (convergenceWeight / _windows.Length)));
            parts.Add(($"log_magnitude_{window}", logarithm.mean() / _windows.Length));
        }

        return LossParts.Of(parts).MoveToOuterDisposeScope();
    }
}

/// <summary>The mean absolute difference of log-mel spectrograms.</summary>
/// <param name="sampleRate">Samples a second.</param>
/// <param name="bands">The number of mel bands.</param>
/// <param name="window">Window length in samples.</param>
/// <param name="hop">Samples from one window to the next.</param>
/// <param name="floor">Added to band magnitudes before the logarithm.</param>
/// <param name="fullScale">Whether magnitudes are scaled so that a sine of amplitude 1 reads 1; otherwise the transform is orthonormal.</param>
public sealed class MelLoss(
    int sampleRate = 22050, int bands = 128, int window = 2048, int hop = 512, double floor = 1e-4, bool fullScale = false) : ILoss
{
    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        LossGuard.Require(target, events);
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
