using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// Grows a short sequence by learned doublings: transposed convolution, normalisation, leaky rectifier, and a last
/// convolution of 3 taps. All tensors are (rows, time, channels), so that every step is a matrix product.
/// </summary>
public sealed class ConvUpsample : Module<Tensor, Tensor>
{
    private readonly Linear begin;
    private readonly ModuleList<Doubling> net;
    private readonly SameConvolution final;
    private readonly long startFrames;

    /// <summary>Builds the layers.</summary>
    /// <param name="latent">Size of the vector that <see cref="forward"/> starts from.</param>
    /// <param name="channels">Channels of every doubling.</param>
    /// <param name="startFrames">Length of the sequence before the first doubling.</param>
    /// <param name="endFrames">Length after the last one: startFrames times a power of two.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="device">Where the parameters live.</param>
    public ConvUpsample(long latent, long channels, long startFrames, long endFrames, long outputs, Device device)
        : base(nameof(ConvUpsample))
    {
        this.startFrames = startFrames;
        begin = Linear(latent, channels * startFrames, true, device);
        var doublings = long.Log2(endFrames / startFrames);
        net = ModuleList([.. Enumerable.Range(0, (int)doublings).Select(_ => new Doubling(channels, device))]);
        final = new SameConvolution(channels, outputs, 3, device);
        RegisterComponents();
    }

    /// <summary>From a vector to a sequence.</summary>
    /// <param name="input">(rows, latent)</param>
    /// <returns>(rows, endFrames, outputs)</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var start = begin.forward(input).view(input.shape[0], -1, startFrames).transpose(1, 2);
        return Grow(start).MoveToOuterDisposeScope();
    }

    /// <summary>From a short sequence to a long one, without the first linear layer.</summary>
    /// <param name="start">(rows, startFrames, channels)</param>
    /// <returns>(rows, endFrames, outputs)</returns>
    public Tensor Grow(Tensor start)
    {
        using var scope = NewDisposeScope();
        var sequence = start;
        foreach (var doubling in net) sequence = doubling.forward(sequence);
        return final.forward(sequence).MoveToOuterDisposeScope();
    }

    private sealed class Doubling : Module<Tensor, Tensor>
    {
        private readonly ConvolutionHolder convolution;
        private readonly ChannelNorm norm;

        public Doubling(long channels, Device device) : base(nameof(Doubling))
        {
            convolution = new ConvolutionHolder(channels, device);
            norm = new ChannelNorm(channels, device);
            register_module("0", convolution);
            register_module("1", norm);
        }

        // The published names are positions; the fields' own names would stand beside them.
        protected override void RegisterComponents()
        {
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            // In training mode the normalisation takes the bias out again, so it need not be added first.
            var (rows, time) = (input.shape[0], 2 * input.shape[1]);
            var normalised = training
                ? norm.FlatWithoutBias(convolution.Convolution.WithoutBias(input).flatten(0, 1), convolution.Convolution.Bias)
                : norm.Flat(convolution.forward(input).flatten(0, 1));
            // Nobody else needs the sequence before the rectifier, the largest there is.
            return leaky_relu(normalised, Leak.Slope, inplace: true).view(rows, time, -1).MoveToOuterDisposeScope();
        }
    }

    // One more level of names, as in the published state dictionary ("net.0.0.conv.weight").
    private sealed class ConvolutionHolder : Module<Tensor, Tensor>
    {
        private readonly UpConvolution conv;

        public ConvolutionHolder(long channels, Device device) : base(nameof(ConvolutionHolder))
        {
            conv = new UpConvolution(channels, channels, device);
            RegisterComponents();
        }

        public UpConvolution Convolution => conv;

        public override Tensor forward(Tensor input) => conv.forward(input);
    }
}
