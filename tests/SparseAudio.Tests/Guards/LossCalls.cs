using SparseAudio.Losses;

namespace SparseAudio.Tests.Guards;

/// <summary>The members of the losses that take tensors.</summary>
internal static class LossCalls
{
    public static IEnumerable<TensorCall> All()
    {
        ILoss[] losses = [new PublishedLoss(), new PerEventLoss(), new MultiResolutionStftLoss(), new MelLoss(), new WorkbookLoss(), new WeightedLoss(
            ("mel", 1, new MelLoss()))];
        return
        [
            .. losses.Select(loss => new TensorCall(
                loss.GetType(), nameof(ILoss.Compute), "target real (b, 1, 4096); events real (b, e, 4096)", t =>
                    loss.Compute(t["target"], t["events"]))),
            new(typeof(MultibandSpectrogram), nameof(MultibandSpectrogram.Of), "signal real (…, 1024)", t => MultibandSpectrogram.Of(t["signal"])),
            new(typeof(MultibandSpectrogram), nameof(MultibandSpectrogram.Distance), "a real (b, n=1024); b real (b, n)",
                t => MultibandSpectrogram.Distance(t["a"], t["b"], 1)),
        ];
    }
}
