using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>Normalises groups of channels over the time of one row, so that no row depends on its batch.</summary>
public sealed class GroupNormalisation : Module<Tensor, Tensor>
{
    private const int Groups = 8;
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Parameters weight and bias (channels, divisible by 8).</summary>
    public GroupNormalisation(long channels, Device device) : base(nameof(GroupNormalisation))
    {
        weight = new Parameter(ones(channels, device: device));
        bias = new Parameter(zeros(channels, device: device));
        RegisterComponents();
        this.OutliveScopes();
    }

    /// <summary>Normalises every group.</summary>
    /// <param name="input">(rows, time, channels)</param>
    /// <returns>(rows, time, channels)</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return group_norm(input.transpose(1, 2), Groups, weight, bias).transpose(1, 2).MoveToOuterDisposeScope();
    }
}
