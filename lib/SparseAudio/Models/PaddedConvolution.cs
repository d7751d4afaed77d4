using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models;

/// <summary>
/// Convolutions whose channels do not come in sixteens. On a CPU, torch hands them to oneDNN, which works on blocks of 16 channels; where the
/// channels do not fill the last block, it multiplies what happens to lie in memory there by weights of 0, and if that is a NaN or an infinity,
/// so is everything that comes out, forward or, for the gradients, backward. Here channels of zeros fill the blocks.
/// </summary>
internal static class PaddedConvolution
{
    private const long Block = 16;

    /// <summary>What the layer, without groups or dilation, makes of an input.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">(batch, channels, samples)</param>
    /// <param name="padding">Of the layer.</param>
    public static Tensor Forward(Conv1d layer, Tensor input, long padding)
    {
        using var scope = NewDisposeScope();
        var (inputs, outputs) = (Missing(layer.weight.shape[1]), Missing(layer.weight.shape[0]));
        return conv1d(
            pad(input, [0, 0, 0, inputs]), pad(layer.weight, [0, 0, 0, inputs, 0, outputs]), pad(layer.bias!, [0, outputs]), padding: padding)
            .narrow(1, 0, layer.weight.shape[0]).MoveToOuterDisposeScope();
    }

    /// <summary>What the layer, without groups, makes of an input.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">(batch, channels, rows, columns)</param>
    /// <param name="stride">Of the layer, along rows and columns.</param>
    /// <param name="padding">Likewise.</param>
    /// <param name="dilation">Likewise.</param>
    public static Tensor Forward(Conv2d layer, Tensor input, (long, long) stride, (long, long) padding, (long, long) dilation)
    {
        using var scope = NewDisposeScope();
        var (inputs, outputs) = (Missing(layer.weight.shape[1]), Missing(layer.weight.shape[0]));
        return conv2d(
            pad(input, [0, 0, 0, 0, 0, inputs]), pad(layer.weight, [0, 0, 0, 0, 0, inputs, 0, outputs]), pad(layer.bias!, [0, outputs]),
            [stride.Item1, stride.Item2], [padding.Item1, padding.Item2], [dilation.Item1, dilation.Item2])
            .narrow(1, 0, layer.weight.shape[0]).MoveToOuterDisposeScope();
    }

    private static long Missing(long channels) => (Block - channels % Block) % Block;
}
