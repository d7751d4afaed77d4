using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// What the workbook's own preset is trained and refined with: the two spectral distances of the evaluation, the mel one
/// at half weight, for it falls by itself. Full-scale sines read 1 in both, so that their floor is where evaluation has it.
/// </summary>
public sealed class WorkbookLoss(int sampleRate = 22050) : ILoss
{
    private readonly WeightedLoss terms = new(
        ("stft", 1, new MultiResolutionStftLoss(fullScale: true)), ("mel", 0.5, new MelLoss(sampleRate, fullScale: true)));

    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events) => terms.Compute(target, events);
}
