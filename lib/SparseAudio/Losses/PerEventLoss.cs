using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// Each event judged by itself, as the post describes it: it is compared with what it should have been, the target
/// minus all other events as they are now. That difference is taken in the time domain and gives no gradient; the
/// comparison is the published multiband one.
/// </summary>
/// <param name="eventsPerStep">
/// How many events, drawn at random from torch's default generator, are judged at a time; null for all. The published
/// spectrograms of one event cost about as much as those of a whole segment, so 64 events cost 64 times
/// <see cref="PublishedLoss"/>. The loss of a few is scaled up to stand for all.
/// </param>
/// <param name="scale">Factor of the sum over events and cells.</param>
public sealed class PerEventLoss(int? eventsPerStep = null, double scale = 1e-6) : ILoss
{
    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        using var scope = NewDisposeScope();
        var all = events.shape[1];
        Tensor expected;
        using (no_grad()) expected = target - events.sum(1, true) + events;
        if (eventsPerStep is not { } few || few >= all)
            return MultibandSpectrogram.Distance(expected, events, scale).MoveToOuterDisposeScope();

        // Drawn on the CPU, where the generator's state is saved and restored with a training run.
        var drawn = randperm(all, device: CPU).narrow(0, 0, few);
        var chosen = empty_like(drawn, device: events.device).copy_(drawn);
        return MultibandSpectrogram
            .Distance(expected.index_select(1, chosen), events.index_select(1, chosen), scale * all / few)
            .MoveToOuterDisposeScope();
    }
}
