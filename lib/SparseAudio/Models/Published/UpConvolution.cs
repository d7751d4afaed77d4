using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

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
        this.OutliveScopes();
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
        var (rows, time, outputs) = (input.shape[0], input.shape[1], weight.shape[1]);
        var taps = weight.permute(0, 2, 1).reshape(-1, Taps * outputs).chunk(2, 1);  // of the present, of the past
        // With one silent frame before each row, and one after all, every frame of one long sequence has its past and its present.
        var frames = pad(pad(input, (0, 0, 1, 0)).flatten(0, 1), (0, 0, 0, 1));
        var steps = rows * (time + 1);
        var pairs = frames.narrow(0, 1, steps).matmul(taps[0]).addmm_(frames.narrow(0, 0, steps), taps[1]);
        // Each step gives the odd sample before it and its own even one: read on, without the first, that is the result.
        return pairs.view(rows, 2 * (time + 1), outputs).narrow(1, 1, 2 * time).MoveToOuterDisposeScope();
    }
}
