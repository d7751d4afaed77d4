using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Published;

/// <summary>Residual blocks between linear layers.</summary>
public sealed class LinearStack : Module<Tensor, Tensor>
{
    private const int Blocks = 3;
    private readonly ModuleList<Module<Tensor, Tensor>> net;

    /// <summary>A linear layer in, three residual blocks, a linear layer out.</summary>
    public LinearStack(long inputs, long channels, long outputs, LayerNormalisation norm, Device device)
        : this([Linear(inputs, channels, true, device)], channels, outputs, norm, device)
    {
    }

    /// <summary>Three residual blocks on the input itself, a linear layer out.</summary>
    public LinearStack(long channels, long outputs, LayerNormalisation norm, Device device)
        : this([], channels, outputs, norm, device)
    {
    }

    private LinearStack(Module<Tensor, Tensor>[] first, long channels, long outputs, LayerNormalisation norm, Device device)
        : base(nameof(LinearStack))
    {
        var blocks = new ResidualStack(channels, Blocks, norm, device);
        net = ModuleList<Module<Tensor, Tensor>>([.. first, blocks, Linear(channels, outputs, true, device)]);
        RegisterComponents();
    }

    /// <summary>Applies the layers in turn.</summary>
    /// <param name="input">(…, inputs)</param>
    /// <returns>(…, outputs)</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = input;
        foreach (var layer in net) output = layer.forward(output);
        return output.MoveToOuterDisposeScope();
    }
}
