using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Losses;

/// <summary>
/// How far a decoded recording is from the original, by which coders choose among codes: <see cref="WorkbookLoss"/> of blocks that come one by
/// one, each at the peak level of the original, and the mean of them by their lengths. Blocks in which the original is silent do not count.
/// </summary>
/// <param name="sampleRate">Samples a second.</param>
/// <param name="samples">Samples of a block; what is shorter is filled up with silence.</param>
/// <param name="device">The device to compute on.</param>
internal sealed class BlockDistance(int sampleRate, int samples, Device device)
{
    private readonly WorkbookLoss _loss = new(sampleRate);
    private double _sum;
    private long _weight;

    /// <summary>The mean so far, lower is closer; 0 where no block counts.</summary>
    public double Mean => _weight == 0 ? 0 : _sum / _weight;

    /// <summary>Adds a block.</summary>
    /// <param name="original">(at most <c>samples</c>)</param>
    /// <param name="decoded">As long.</param>
    public void Add(ReadOnlySpan<float> original, ReadOnlySpan<float> decoded)
    {
        if (!original.ContainsAnyExcept(0)) return;
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var (target, estimate) = (OnDevice(original), OnDevice(decoded));
        var peak = target.abs().max();
        _sum += _loss.Compute(target / peak, estimate / peak).Total.item<float>() * (double)original.Length;
        _weight += original.Length;
    }

    private Tensor OnDevice(ReadOnlySpan<float> sound)
    {
        var block = new float[samples];
        sound.CopyTo(block);
        return tensor(block, [1, 1, samples], device: CPU).IntoTorchMemory(device);
    }
}
