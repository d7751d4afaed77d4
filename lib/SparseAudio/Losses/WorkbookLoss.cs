using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// The loss of the workbook's preset, in training and in refinement: <see cref="MultiResolutionStftLoss"/> with spectral convergence at
/// twice the weight, and <see cref="MelLoss"/> at half. It has the windows, bands and scale of the evaluation's distances, but is not
/// their sum: its windows reach forward from their hop instead of being centred with mirrored ends, and it adds the floor to magnitudes
/// where the evaluation cuts them off at it, so that a partial below the floor still has a gradient. In a long training with equal weights
/// the log magnitudes win: quiet details come closer, and the strongest partials, and with them the harmony, drift away.
/// </summary>
/// <param name="sampleRate">Samples a second.</param>
public sealed class WorkbookLoss(int sampleRate = 22050) : ILoss
{
    private readonly WeightedLoss _terms = new(
        ("stft", 1, new MultiResolutionStftLoss(fullScale: true, convergenceWeight: 2)), ("mel", 0.5, new MelLoss(sampleRate, fullScale: true)));

    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events) => _terms.Compute(target, events);
}
