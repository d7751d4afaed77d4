using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// Takes the events from the target's spectrogram one by one, from the loudest to the quietest, and sums what share of
/// the residual's norm each of them leaves. An event that explains nothing costs 1, one that explains the rest 0.
/// </summary>
/// <param name="window">Samples in a window.</param>
/// <param name="hop">Samples between windows.</param>
public sealed class RatioLoss(int window = 2048, int hop = 256) : ILoss
{
    private const double NormFloor = 1e-8;

    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        using var scope = NewDisposeScope();
        var (batch, count) = (events.shape[0], events.shape[1]);
        var spectra = Stft.Magnitude(events, window, hop).flatten(2, 3);  // (batch, events, cells)
        var (_, order) = spectra.detach().norm(2).sort(1, true);
        var rows = (order + arange(batch, device: order.device).unsqueeze(1) * count).flatten();
        var sorted = spectra.flatten(0, 1).index_select(0, rows).view(spectra.shape);

        var whole = Stft.Magnitude(target, window, hop).flatten(2, 3);  // (batch, 1, cells)
        var left = cat([whole, whole - sorted.cumsum(1)], 1).norm(2) + NormFloor;  // (batch, events + 1)
        var ratios = left.narrow(1, 1, count) / left.narrow(1, 0, count);
        return LossParts.Of([("ratio", ratios.sum(1).mean())]).MoveToOuterDisposeScope();
    }
}
