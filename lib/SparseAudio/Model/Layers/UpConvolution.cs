using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Model.Layers;

/// <summary>
/// A transposed convolution of 4 taps, stride 2, padding 1. Each output time hears only two inputs, so it is one
/// matrix product for all four taps and two additions of neighbours.
/// </summary>
public sealed class UpConvolution : Module<Tensor, Tensor>
{
    private const int Taps = 4;
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Parameters: weight (inputs, outputs, 4), bias (outputs), all zero until initialised.</summary>
    public UpConvolution(long inputs, long outputs, Device device) : base(nameof(UpConvolution))
    {
        weight = new Parameter(zeros(inputs, outputs, Taps, device: device));
        bias = new Parameter(zeros(outputs, device: device));
        RegisterComponents();
    }

    /// <summary>What <see cref="forward"/> adds to every output channel.</summary>
    public Tensor Bias => bias;

    /// <summary>Doubles the time axis.</summary>
    /// <param name="input">(rows, time, inputs)</param>
    /// <returns>(rows, time * 2, outputs)</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return (WithoutBias(input) + bias).MoveToOuterDisposeScope();
    }

    /// <summary>The same before the bias is added.</summary>
    /// <param name="input">(rows, time, inputs)</param>
    /// <returns>(rows, time * 2, outputs)</returns>
    public Tensor WithoutBias(Tensor input)
    {
        using var scope = NewDisposeScope();
        var outputs = weight.shape[1];
        var perTap = weight.permute(0, 2, 1).reshape(-1, Taps * outputs);
        var taps = input.matmul(perTap).chunk(Taps, -1);  // 4 x (rows, time, outputs)
        var even = taps[1] + pad(taps[3], (0, 0, 1, -1));
        var odd = taps[2] + pad(taps[0], (0, 0, -1, 1));
        return stack([even, odd], 2).flatten(1, 2).MoveToOuterDisposeScope();
    }
}
