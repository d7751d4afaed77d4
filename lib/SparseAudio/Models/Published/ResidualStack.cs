using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>Residual blocks of two linear layers each; as published, all blocks share one layer normalisation.</summary>
public sealed class ResidualStack : Module<Tensor, Tensor>
{
    private readonly ModuleList<ResidualBlock> net;

    /// <summary>Builds the blocks.</summary>
    /// <param name="channels">Width of every layer.</param>
    /// <param name="blocks">How many blocks.</param>
    /// <param name="norm">The normalisation that every block applies.</param>
    /// <param name="device">Where the parameters live.</param>
    public ResidualStack(long channels, int blocks, LayerNormalisation norm, Device device) : base(nameof(ResidualStack))
    {
        net = ModuleList([.. Enumerable.Range(0, blocks).Select(_ => new ResidualBlock(channels, norm, device))]);
        RegisterComponents();
    }

    /// <summary>Applies the blocks in turn.</summary>
    /// <param name="input">(…, channels)</param>
    /// <returns>(…, channels)</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = input;
        foreach (var block in net) output = block.forward(output);
        return output.MoveToOuterDisposeScope();
    }

    private sealed class ResidualBlock : Module<Tensor, Tensor>
    {
        private readonly Linear l1;
        private readonly Linear l2;
        private readonly LayerNormalisation norm;

        public ResidualBlock(long channels, LayerNormalisation norm, Device device) : base(nameof(ResidualBlock))
        {
            l1 = Linear(channels, channels, true, device);
            l2 = Linear(channels, channels, true, device);
            this.norm = norm;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var inner = l2.forward(leaky_relu(l1.forward(input), Leak.Slope));
            return norm.forward(leaky_relu(input + inner, Leak.Slope)).MoveToOuterDisposeScope();
        }
    }
}
