using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// What the workbook's own preset is trained and refined with: the spectral distances of the evaluation, convergence at twice
/// the weight, the mel one at half. Left to themselves the logarithms win in a long training: quiet details come closer, and the
/// strongest partials, and with them the harmony, drift away. Full-scale sines read 1, so that the floor is where evaluation has it.
/// </summary>
public sealed class WorkbookLoss(int sampleRate = 22050) : ILoss
{
    private readonly WeightedLoss terms = new(
        ("stft", 1, new MultiResolutionStftLoss(fullScale: true, convergenceWeight: 2)), ("mel", 0.5, new MelLoss(sampleRate, fullScale: true)));

    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events) => terms.Compute(target, events);
}
