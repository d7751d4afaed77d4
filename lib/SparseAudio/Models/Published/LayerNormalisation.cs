using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>Layer normalisation of the last axis, its gain and offset possibly shared by several blocks.</summary>
public sealed class LayerNormalisation : Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Parameters weight and bias (channels).</summary>
    public LayerNormalisation(long channels, Device device) : base(nameof(LayerNormalisation))
    {
        weight = new Parameter(ones(channels, device: device));
        bias = new Parameter(zeros(channels, device: device));
        RegisterComponents();
        this.OutliveScopes();
    }

    /// <summary>Normalises every row.</summary>
    /// <param name="input">(…, channels)</param>
    /// <returns>(…, channels)</returns>
    public override Tensor forward(Tensor input) => layer_norm(input, [input.shape[^1]], weight, bias);
}
