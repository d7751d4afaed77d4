using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// Grows a short sequence by learned doublings (class ConvUpsample of the original's modules/upsample.py, mode "learned"): transposed
/// convolution, normalisation, leaky rectifier, and a last convolution of 3 taps.
/// </summary>
internal sealed class ConvUpsample : Module<Tensor, Tensor>
{
    private readonly Linear begin;
    private readonly ModuleList<Doubling> net;
    private readonly Conv1d final;
    private readonly long startFrames;

    /// <summary>Builds the layers.</summary>
    /// <param name="latent">Size of the vector that <see cref="forward"/> starts from.</param>
    /// <param name="channels">Channels of every doubling.</param>
    /// <param name="startFrames">Length of the sequence before the first doubling.</param>
    /// <param name="endFrames">Length after the last one: startFrames times a power of two.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="device">Device of the parameters.</param>
    public ConvUpsample(long latent, long channels, long startFrames, long endFrames, long outputs, Device device)
        : base(nameof(ConvUpsample))
    {
        this.startFrames = startFrames;
        begin = Linear(latent, channels * startFrames, true, device);
        net = ModuleList([.. Enumerable.Range(0, (int)long.Log2(endFrames / startFrames)).Select(_ => new Doubling(channels, device))]);
        final = Conv1d(channels, outputs, 3, 1, 1, device: device);
        RegisterComponents();
    }

    /// <summary>From a vector to a sequence.</summary>
    /// <param name="input">(rows, latent)</param>
    /// <returns>(rows, outputs, endFrames)</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Grow(begin.forward(input).view(input.shape[0], -1, startFrames)).MoveToOuterDisposeScope();
    }

    /// <summary>From a short sequence to a long one, without the first linear layer.</summary>
    /// <param name="start">(rows, channels, startFrames)</param>
    /// <returns>(rows, outputs, endFrames)</returns>
    public Tensor Grow(Tensor start)
    {
        using var scope = NewDisposeScope();
        var sequence = start;
        foreach (var doubling in net) sequence = doubling.forward(sequence);
        return PaddedConvolution.Forward(final, sequence).MoveToOuterDisposeScope();
    }

    private sealed class Doubling : Module<Tensor, Tensor>
    {
        private readonly ConvTranspose1d convolution;
        private readonly BatchNorm1d norm;

        public Doubling(long channels, Device device) : base(nameof(Doubling))
        {
            convolution = ConvTranspose1d(channels, channels, 4, 2, 1, device: device);
            norm = BatchNorm1d(channels, device: device);
            register_module("0", Sequential(("conv", convolution)));
            register_module("1", norm);
        }

        // The published names are positions, as in "net.0.0.conv.weight"; the fields' own names would stand beside them.
        protected override void RegisterComponents()
        {
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            // In training mode the normalisation takes the bias out again: its gradient is 0, and what torch computes for it is rounding
            // noise, which Adam would scale up.
            var bias = training ? convolution.bias!.detach() : convolution.bias;
            var doubled = conv_transpose1d(input, convolution.weight, bias, stride: 2, padding: 1);
            return leaky_relu(norm.forward(doubled), 0.2, inplace: true).MoveToOuterDisposeScope();
        }
    }
}
