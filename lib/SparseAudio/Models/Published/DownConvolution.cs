using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// A convolution of 3 taps, stride 2, zero-padded by 1, written as one matrix product over all rows and times.
/// </summary>
public sealed class DownConvolution : Module<Tensor, Tensor>
{
    private const int Taps = 3;
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Parameters: weight (outputs, inputs, 3), bias (outputs), all zero until initialised.</summary>
    public DownConvolution(long inputs, long outputs, Device device) : base(nameof(DownConvolution))
    {
        weight = new Parameter(zeros(outputs, inputs, Taps, device: device));
        bias = new Parameter(zeros(outputs, device: device));
        RegisterComponents();
        this.OutliveScopes();
    }

    /// <summary>Halves the time axis.</summary>
    /// <param name="input">(rows, time, inputs), time even.</param>
    /// <returns>(rows, time / 2, outputs)</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var windows = pad(input, (0, 0, 1, 1)).unfold(1, Taps, 2);  // (rows, time / 2, inputs, taps)
        return linear(windows.flatten(2, 3), weight.flatten(1, 2), bias).MoveToOuterDisposeScope();
    }
}
