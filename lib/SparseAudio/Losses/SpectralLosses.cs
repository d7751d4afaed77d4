using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// Spectrograms of several window lengths, compared twice each: by spectral convergence (the norm of the difference
/// over the norm of the target) and by the mean difference of log magnitudes.
/// </summary>
/// <param name="windows">Window lengths in samples; the hop is a quarter.</param>
/// <param name="floor">Added to magnitudes before the logarithm.</param>
/// <param name="fullScale">Whether magnitudes are scaled so that a full-scale sine reads 1, as evaluation does; otherwise the transform is orthonormal.</param>
/// <param name="convergenceWeight">How much spectral convergence counts beside the log magnitudes.</param>
public sealed class MultiResolutionStftLoss(int[]? windows = null, double floor = 1e-4, bool fullScale = false, double convergenceWeight = 1) : ILoss
{
    private const double NormFloor = 1e-8;
    private readonly int[] lengths = windows ?? [512, 1024, 2048];

    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        using var scope = NewDisposeScope();
        var sum = events.sum(1, true);
        var parts = new List<(string, Tensor)>();
        foreach (var window in lengths)
        {
            var scale = fullScale ? 4 / Math.Sqrt(window) : 1;
            var wanted = Stft.Magnitude(target, window, window / 4).flatten(1) * scale;
            var given = Stft.Magnitude(sum, window, window / 4).flatten(1) * scale;
            var convergence = (given - wanted).norm(1) / (wanted.norm(1) + NormFloor);
            var logarithm = ((given + floor).log() - (wanted + floor).log()).abs();
            parts.Add(($"convergence_{window}", convergence.mean() * (convergenceWeight / lengths.Length)));
            parts.Add(($"log_magnitude_{window}", logarithm.mean() / lengths.Length));
        }
        return LossParts.Of(parts).MoveToOuterDisposeScope();
    }
}
