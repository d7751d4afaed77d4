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

    /// <summary>What a layer without groups makes of an input.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">(batch, channels, samples)</param>
    public static Tensor Forward(Conv1d layer, Tensor input)
    {
        using var scope = NewDisposeScope();
        var (inputs, outputs) = (Missing(layer.in_channels), Missing(layer.out_channels));
        return conv1d(
            pad(input, [0, 0, 0, inputs]), pad(layer.weight, [0, 0, 0, inputs, 0, outputs]), pad(layer.bias!, [0, outputs]),
            layer.stride[0], layer.padding![0], layer.dilation[0])
            .narrow(1, 0, layer.out_channels).MoveToOuterDisposeScope();
    }

    /// <summary>What a layer without groups makes of an input.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">(batch, channels, rows, columns)</param>
    public static Tensor Forward(Conv2d layer, Tensor input)
    {
        using var scope = NewDisposeScope();
        var (inputs, outputs) = (Missing(layer.in_channels), Missing(layer.out_channels));
        return conv2d(
            pad(input, [0, 0, 0, 0, 0, inputs]), pad(layer.weight, [0, 0, 0, 0, 0, inputs, 0, outputs]), pad(layer.bias!, [0, outputs]),
            layer.stride, layer.padding, layer.dilation)
            .narrow(1, 0, layer.out_channels).MoveToOuterDisposeScope();
    }

    private static long Missing(long channels) => (Block - channels % Block) % Block;
}
