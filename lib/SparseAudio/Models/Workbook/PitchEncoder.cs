using SparseAudio.Models.Published;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// The encoder with pitches: a small U-Net on two log spectrograms decides by how much the spectrogram's own
/// magnitude at every pitch counts as an event.
/// </summary>
public sealed class PitchEncoder : Module<Tensor, Tensor>
{
    private readonly SameConvolution inp;
    private readonly ModuleList<Stage> down;
    private readonly ModuleList<Stage> up;
    private readonly SameConvolution gate;

    /// <summary>Builds the layers.</summary>
    /// <param name="inputs">Bins of both spectrograms together.</param>
    /// <param name="width">Channels of every stage.</param>
    /// <param name="depth">How many halvings of the time axis.</param>
    /// <param name="pitches">Pitches of the grid.</param>
    /// <param name="device">Where the parameters live.</param>
    public PitchEncoder(long inputs, long width, int depth, long pitches, Device device) : base(nameof(PitchEncoder))
    {
        var stages = Enumerable.Range(0, depth);
        inp = new SameConvolution(inputs, width, 1, device);
        down = ModuleList([.. stages.Select(_ => new Stage(new DownConvolution(width, width, device), width, device))]);
        up = ModuleList([.. stages.Select(_ => new Stage(new UpConvolution(width, width, device), width, device))]);
        gate = new SameConvolution(width, pitches, 1, device);
        RegisterComponents();
    }

    /// <summary>The features of every frame.</summary>
    /// <param name="levels">(batch, frames, inputs) log spectrograms side by side.</param>
    /// <returns>(batch, frames, width)</returns>
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
        foreach (var stage in up)
            features = stage.forward(features) + skips.Pop();
        return features.MoveToOuterDisposeScope();
    }

    /// <summary>By how much the magnitude at every pitch counts.</summary>
    /// <param name="features">(batch, frames, width)</param>
    /// <returns>(batch, frames, pitches) in 0…2, 1 when untrained.</returns>
    public Tensor Gates(Tensor features)
    {
        using var scope = NewDisposeScope();
        return (gate.forward(features).sigmoid() * 2).MoveToOuterDisposeScope();
    }

    /// <summary>The untrained start: every gate at 1.</summary>
    internal void OpenGates()
    {
        gate.Weight.zero_();
        gate.Bias.zero_();
    }

    private sealed class Stage : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> conv;
        private readonly GroupNormalisation norm;

        public Stage(Module<Tensor, Tensor> convolution, long channels, Device device) : base(nameof(Stage))
        {
            conv = convolution;
            norm = new GroupNormalisation(channels, device);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return norm.forward(leaky_relu(conv.forward(input), Leak.Slope)).MoveToOuterDisposeScope();
        }
    }
}
