using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>A convolution of 1 or 3 taps that keeps the time axis, written as one matrix product for all taps.</summary>
public sealed class SameConvolution : Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Parameters: weight (outputs, inputs, taps), bias (outputs), all zero until initialised.</summary>
    /// <exception cref="ArgumentOutOfRangeException">taps is neither 1 nor 3.</exception>
    public SameConvolution(long inputs, long outputs, int taps, Device device) : base(nameof(SameConvolution))
    {
        if (taps is not (1 or 3)) throw new ArgumentOutOfRangeException(nameof(taps), taps, "Give 1 or 3 taps.");
        weight = new Parameter(zeros(outputs, inputs, taps, device: device));
        bias = new Parameter(zeros(outputs, device: device));
        RegisterComponents();
        this.OutliveScopes();
    }

    /// <summary>The weights (outputs, inputs, taps).</summary>
    public Tensor Weight => weight;

    /// <summary>The bias (outputs).</summary>
    public Tensor Bias => bias;

    /// <summary>Filters along time.</summary>
    /// <param name="input">(rows, time, inputs)</param>
    /// <returns>(rows, time, outputs)</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var taps = weight.shape[2];
        if (taps == 1) return linear(input, weight.squeeze(2), bias).MoveToOuterDisposeScope();
        var perTap = weight.permute(1, 2, 0).flatten(1, 2);
        var parts = input.matmul(perTap).chunk(taps, -1);  // 3 x (rows, time, outputs)
        var past = pad(parts[0], (0, 0, 1, -1));
        var future = pad(parts[2], (0, 0, -1, 1));
        return (past + parts[1] + future + bias).MoveToOuterDisposeScope();
    }
}
