using SparseAudio.Losses;
using static TorchSharp.torch;

namespace SparseAudio.Evaluation.Rates;

/// <summary>The criterion by which a baseline chooses among codes of equal size: that of the rate control of the model's own codes.</summary>
internal static class RateDistance
{
    private const int Block = 32768;

    /// <summary>How far two sounds of equal length are apart (<see cref="BlockDistance"/>, 1.5 s at 22050 Hz); lower is closer.</summary>
    public static double Between(ReadOnlySpan<float> original, ReadOnlySpan<float> decoded, int sampleRate)
    {
        var distance = new BlockDistance(sampleRate, Block, CPU);
        for (var start = 0; start < original.Length; start += Block)
        {
            var length = Math.Min(Block, original.Length - start);
            distance.Add(original.Slice(start, length), decoded.Slice(start, length));
        }

        return distance.Mean;
    }
}
