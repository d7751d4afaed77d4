using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// The encoder with pitches: a small U-Net on two log spectrograms computes a factor for
/// the spectrogram's own magnitude at every pitch: how much it counts as an event.
/// </summary>
internal sealed class PitchEncoder : Module<Tensor, Tensor>
{
    private const int NormGroups = 8;
    private readonly Conv1d inp;
    private readonly ModuleList<Sequential> down;
    private readonly ModuleList<Sequential> up;
    private readonly Conv1d gate;

    /// <summary>Builds the layers.</summary>
    /// <param name="inputs">Bins of both spectrograms together.</param>
    /// <param name="width">Channels of every stage.</param>
    /// <param name="depth">Number of halvings of the time axis.</param>
    /// <param name="pitches">Pitches of the grid.</param>
    /// <param name="device">Device of the parameters.</param>
    public PitchEncoder(long inputs, long width, int depth, long pitches, Device device) : base(nameof(PitchEncoder))
    {
        Sequential Stage(Module<Tensor, Tensor> convolution) =>
            Sequential(("conv", convolution), ("activation", LeakyReLU(0.2)), ("norm", GroupNorm(NormGroups, width, device: device)));
        var stages = Enumerable.Range(0, depth);
        inp = Conv1d(inputs, width, 1, device: device);
        down = ModuleList([.. stages.Select(_ => Stage(Conv1d(width, width, 3, 2, 1, device: device)))]);
        up = ModuleList([.. stages.Select(_ => Stage(ConvTranspose1d(width, width, 4, 2, 1, device: device)))]);
        gate = Conv1d(width, pitches, 1, device: device);
        RegisterComponents();
    }

    /// <summary>The features of every frame.</summary>
    /// <param name="levels">(batch, inputs, frames) log spectrograms, one below the other.</param>
    /// <returns>(batch, width, frames)</returns>
    public override Tensor forward(Tensor levels)
    {
        using var scope = NewDisposeScope();
        var features = inp.forward(levels);
        var skips = new Stack<Tensor>();
        foreach (var stage in down)
        {
            skips.Push(features);
            features = stage.forward(features);
        }

        foreach (var stage in up) features = stage.forward(features) + skips.Pop();
        return features.MoveToOuterDisposeScope();
    }

    /// <summary>Factors on the magnitude at every pitch.</summary>
    /// <param name="features">(batch, width, frames)</param>
    /// <returns>(batch, pitches, frames) in 0…2, 1 when untrained.</returns>
    public Tensor Gates(Tensor features)
    {
        using var scope = NewDisposeScope();
        return (gate.forward(features).sigmoid() * 2).MoveToOuterDisposeScope();
    }

    /// <summary>The untrained start: every gate at 1.</summary>
    internal void OpenGates()
    {
        gate.weight.zero_();
        gate.bias!.zero_();
    }
}
