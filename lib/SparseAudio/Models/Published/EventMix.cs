using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// The shares of impulse, convolution and resonance in an event (class GenerateMix, lines 128 to 144 of the original).
/// As published all three shares are always 1, because the softmax runs over an axis of size 1; the layers exist all
/// the same. With <see cref="PublishedConfig.LearnedMix"/> the softmax runs over the three shares.
/// </summary>
internal sealed class EventMix : Module<Tensor, Tensor>
{
    private const int Sources = 3;
    private readonly LinearOutputStack to_mix;
    private readonly bool learned;

    /// <summary>Builds the layers.</summary>
    public EventMix(PublishedConfig config, Device device) : base(nameof(EventMix))
    {
        var norm = LayerNorm(config.MixChannels, device: device);
        to_mix = new LinearOutputStack(config.EmbeddingSize, config.MixChannels, Sources, norm, device);
        learned = config.LearnedMix;
        RegisterComponents();
    }

    /// <summary>What the layers say, whether it is used or not.</summary>
    /// <param name="embedding">(…, embedding)</param>
    /// <returns>(…, 3)</returns>
    public Tensor Raw(Tensor embedding) => to_mix.forward(embedding);

    /// <summary>The shares of impulse, convolution and resonance.</summary>
    /// <param name="embedding">(…, embedding)</param>
    /// <returns>(…, 3), or a (3) vector of ones where the mix is not learned.</returns>
    public override Tensor forward(Tensor embedding)
    {
        using var scope = NewDisposeScope();
        var shares = learned
            ? softmax(Raw(embedding), -1)
            : ones(Sources, embedding.dtype, embedding.device);
        return shares.MoveToOuterDisposeScope();
    }
}

/// <summary>
/// Three residual blocks between linear layers (class LinearOutputStack of the original's modules/linear.py). As published, all blocks
/// share one layer normalisation, and stacks can share it too.
/// </summary>
internal sealed class LinearOutputStack : Module<Tensor, Tensor>
{
    private readonly Chain net;

    /// <summary>Builds the layers.</summary>
    /// <param name="inputs">Width of the input; null: the blocks take the input itself, without a first linear layer.</param>
    /// <param name="channels">Width of the blocks.</param>
    /// <param name="outputs">Width of the output.</param>
    /// <param name="norm">The normalisation of every block.</param>
    /// <param name="device">Device of the parameters.</param>
    public LinearOutputStack(long? inputs, long channels, long outputs, LayerNorm norm, Device device) : base(nameof(LinearOutputStack))
    {
        var blocks = new Blocks(channels, norm, device);
        var last = Linear(channels, outputs, true, device);
        net = inputs is { } width ? new Chain(Linear(width, channels, true, device), blocks, last) : new Chain(blocks, last);
        RegisterComponents();
    }

    /// <summary>Applies the layers in turn.</summary>
    /// <param name="input">(…, inputs)</param>
    /// <returns>(…, outputs)</returns>
    public override Tensor forward(Tensor input) => net.forward(input);

    /// <summary>
    /// Layers in turn. TorchSharp's Sequential leaves a layer out of the state dictionary where it was met before; the original's files
    /// have the shared normalisation in every block.
    /// </summary>
    private sealed class Chain : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor>[] _layers;

        public Chain(params Module<Tensor, Tensor>[] layers) : base(nameof(Chain))
        {
            _layers = layers;
            for (var i = 0; i < layers.Length; i++) register_module($"{i}", layers[i]);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return _layers.Aggregate(input, (features, layer) => layer.forward(features)).MoveToOuterDisposeScope();
        }
    }

    private sealed class Blocks : Module<Tensor, Tensor>
    {
        private const int Count = 3;
        private readonly Chain net;

        public Blocks(long channels, LayerNorm norm, Device device) : base(nameof(Blocks))
        {
            net = new Chain([.. Enumerable.Range(0, Count).Select(_ => new ResidualBlock(channels, norm, device))]);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => net.forward(input);
    }

    private sealed class ResidualBlock : Module<Tensor, Tensor>
    {
        private readonly Linear l1;
        private readonly Linear l2;
        private readonly LayerNorm norm;

        public ResidualBlock(long channels, LayerNorm norm, Device device) : base(nameof(ResidualBlock))
        {
            l1 = Linear(channels, channels, true, device);
            l2 = Linear(channels, channels, true, device);
            this.norm = norm;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var inner = l2.forward(leaky_relu(l1.forward(input), 0.2));
            return norm.forward(leaky_relu(input + inner, 0.2)).MoveToOuterDisposeScope();
        }
    }
}
