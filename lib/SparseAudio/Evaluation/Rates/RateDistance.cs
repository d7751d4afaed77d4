using SparseAudio.Losses;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Evaluation.Rates;

/// <summary>
/// The criterion by which a coder chooses among codes of equal size, the same for all: <see cref="WorkbookLoss"/>, the mean over blocks of
/// 1.5 s at 22050 Hz, each at the peak level of the original, as the rate control of the model's own codes does.
/// </summary>
internal static class RateDistance
{
    private const int Block = 32768;

    /// <summary>How far two sounds of equal length are apart; lower is closer.</summary>
    public static double Between(ReadOnlySpan<float> original, ReadOnlySpan<float> decoded, int sampleRate)
    {
        var (sum, weight) = (0.0, 0L);
        for (var start = 0; start < original.Length; start += Block)
        {
            var length = Math.Min(Block, original.Length - start);
            if (!original.Slice(start, length).ContainsAnyExcept(0)) continue;
            sum += Loss(original.Slice(start, length), decoded.Slice(start, length), sampleRate) * length;
            weight += length;
        }

        return weight == 0 ? 0 : sum / weight;
    }

    private static double Loss(ReadOnlySpan<float> original, ReadOnlySpan<float> decoded, int sampleRate)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var (target, estimate) = (OnCpu(original), OnCpu(decoded));
        var peak = target.abs().max();
        return new WorkbookLoss(sampleRate).Compute(target / peak, estimate / peak).Total.item<float>();
    }

    private static Tensor OnCpu(ReadOnlySpan<float> sound)
    {
        var block = new float[Block];
        sound.CopyTo(block);
        return tensor(block, [1, 1, Block], device: CPU).IntoTorchMemory(CPU);
    }
}
