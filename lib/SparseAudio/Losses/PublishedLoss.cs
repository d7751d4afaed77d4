using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// The published loss. It was written as a loop over events, each compared with the residual plus itself, in spectrograms. The event
/// cancels in that comparison, so that every turn of the loop gives the same: the distance between the target and the sum of all events.
/// That is computed once here and multiplied by the number of turns.
/// </summary>
/// <param name="turns">Turns of the published loop, one an event.</param>
/// <param name="scale">The published factor, which keeps the sum over all bins of all spectrograms near 1.</param>
public sealed class PublishedLoss(int turns = 64, double scale = 1e-6) : ILoss
{
    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        LossGuard.Require(target, events);
        using var scope = NewDisposeScope();
        return MultibandSpectrogram.Distance(target, events.sum(1, true), scale * turns).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// Each event judged by itself, as the post describes it: an event is compared with the target minus all other events as they are now.
/// That difference is taken in the time domain and gives no gradient; the comparison is the published multiband one.
/// </summary>
/// <param name="eventsPerStep">
/// How many events, drawn at random from torch's default generator, are judged at a time; null means all. The published spectrograms of one
/// event cost about as much as those of a whole segment, so 64 events cost 64 times <see cref="PublishedLoss"/>. The loss of a few is scaled
/// up to stand for all.
/// </param>
/// <param name="scale">Factor of the sum over events and bins.</param>
public sealed class PerEventLoss(int? eventsPerStep = null, double scale = 1e-6) : ILoss
{
    /// <inheritdoc/>
    public LossParts Compute(Tensor target, Tensor events)
    {
        LossGuard.Require(target, events);
        using var scope = NewDisposeScope();
        var all = events.shape[1];
        Tensor expected;
        using (no_grad()) expected = target - events.sum(1, true) + events;
        if (eventsPerStep is not { } few || few >= all)
            return MultibandSpectrogram.Distance(expected, events, scale).MoveToOuterDisposeScope();

        // Drawn on the CPU, whose generator is seeded anew for every training step.
        var drawn = randperm(all, device: CPU).narrow(0, 0, few);
        var chosen = empty_like(drawn, device: events.device).copy_(drawn);
        return MultibandSpectrogram
            .Distance(expected.index_select(1, chosen), events.index_select(1, chosen), scale * all / few)
            .MoveToOuterDisposeScope();
    }
}

/// <summary>
/// The spectrograms of the published loss: seven octave bands, each with a long window (128 samples of the band) and a short one (64).
/// </summary>
public static class MultibandSpectrogram
{
    /// <summary>Samples of the lowest band.</summary>
    public const long SmallestBand = 512;

    private static readonly (string Name, long Window, long Hop)[] _windows = [("long", 128, 64), ("short", 64, 32)];

    /// <summary>The fourteen spectrograms, named by band and window: 512_long, 512_short, 1024_long, ….</summary>
    /// <param name="signal">(…, samples), samples a power of two from 512 on.</param>
    /// <returns>Each (…, size / hop, window / 2 + 1).</returns>
    public static IReadOnlyList<(string Name, Tensor Magnitude)> Of(Tensor signal)
    {
        using var scope = NewDisposeScope();
        var spectrograms = new List<(string, Tensor)>();
        foreach (var band in OctaveBands.Split(signal, SmallestBand))
            foreach (var (name, window, hop) in _windows)
                spectrograms.Add(($"{band.Size}_{name}", Stft.Magnitude(band.Samples, window, hop).MoveToOuterDisposeScope()));
        return spectrograms;
    }

    /// <summary>The sums of absolute differences of all spectrograms of two signals of one shape.</summary>
    /// <param name="a">(…, samples)</param>
    /// <param name="b">(…, samples)</param>
    /// <param name="scale">Factor of every part.</param>
    public static LossParts Distance(Tensor a, Tensor b, double scale)
    {
        a.RequireReal([TensorGuard.Leading, TensorGuard.Any]);
        b.RequireReal(a.shape, a);
        using var scope = NewDisposeScope();
        var parts = Of(a).Zip(Of(b), (x, y) => (x.Name, (x.Magnitude - y.Magnitude).abs().sum() * scale));
        return LossParts.Of([.. parts]).MoveToOuterDisposeScope();
    }
}
