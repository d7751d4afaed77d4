using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// The published loss. It was written as a loop over events, each compared with the residual plus itself, in
/// spectrograms; there the event cancels, so that every turn of the loop gives the same: the distance between the
/// target and the sum of all events. It is computed once here and multiplied by the number of events.
/// </summary>
/// <param name="turns">Turns of the published loop, one an event.</param>
/// <param name="scale">The published factor, which keeps the sum over all cells of all spectrograms near 1.</param>
public sealed class PublishedLoss(int turns = 64, double scale = 1e-6) : ILoss
{
    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        using var scope = NewDisposeScope();
        var sum = events.sum(1, true);
        return MultibandSpectrogram.Distance(target, sum, scale * turns).MoveToOuterDisposeScope();
    }
}
