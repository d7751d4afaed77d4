using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// The encoder: halves the time axis of a spectrogram several times, doubles it again with skip connections, and
/// projects every frame to the channels of the code.
/// </summary>
public sealed class UNet : Module<Tensor, Tensor>
{
    private readonly ModuleList<Stage> down;
    private readonly ModuleList<Stage> up;
    private readonly SameConvolution proj;

    /// <summary>Builds the encoder.</summary>
    /// <param name="bins">Bins of the spectrogram, and channels of every stage.</param>
    /// <param name="depth">How many halvings.</param>
    /// <param name="channels">Channels of the code.</param>
    /// <param name="dropout">Share of a stage's inputs set to zero in training mode.</param>
    /// <param name="device">Where the parameters live.</param>
    public UNet(long bins, int depth, long channels, double dropout, Device device) : base(nameof(UNet))
    {
        var stages = Enumerable.Range(0, depth);
        down = ModuleList([.. stages.Select(_ => new Stage(new DownConvolution(bins, bins, device), bins, dropout, device))]);
        up = ModuleList([.. stages.Select(_ => new Stage(new UpConvolution(bins, bins, device), bins, dropout, device))]);
        proj = new SameConvolution(bins, channels, 1, device);
        RegisterComponents();
    }

    /// <summary>The last layer: from features to the channels of the code.</summary>
    public SameConvolution Projection => proj;

    /// <summary>How strongly each channel of the code is excited in each frame.</summary>
    /// <param name="spectrogram">(batch, frames, bins), frames divisible by 2^depth.</param>
    /// <returns>(batch, frames, channels)</returns>
    public override Tensor forward(Tensor spectrogram)
    {
        using var scope = NewDisposeScope();
        return proj.forward(Features(spectrogram)).MoveToOuterDisposeScope();
    }

    /// <summary>Everything before the last projection.</summary>
    /// <param name="spectrogram">(batch, frames, bins)</param>
    /// <param name="observe">Is shown the output of every stage by name: down.0, …, up.0 (skip not yet added), ….</param>
    /// <returns>(batch, frames, bins)</returns>
    public Tensor Features(Tensor spectrogram, Action<string, Tensor>? observe = null)
    {
        using var scope = NewDisposeScope();
        var features = spectrogram;
        var skips = new Stack<Tensor>();
        for (var k = 0; k < down.Count; k++)
        {
            features = down[k].forward(features);
            observe?.Invoke($"down.{k}", features);
            skips.Push(features);
        }
        skips.Pop();  // the bottleneck itself is no skip
        for (var k = 0; k < up.Count; k++)
        {
            features = up[k].forward(features);
            observe?.Invoke($"up.{k}", features);
            if (skips.TryPop(out var skip)) features = features + skip;
        }
        return features.MoveToOuterDisposeScope();
    }

    // As published: dropout, convolution, leaky rectifier, and only then the normalisation.
    private sealed class Stage : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> convolution;
        private readonly ChannelNorm norm;
        private readonly double share;

        public Stage(Module<Tensor, Tensor> convolution, long channels, double dropout, Device device) : base(nameof(Stage))
        {
            this.convolution = convolution;
            norm = new ChannelNorm(channels, device);
            share = dropout;
            register_module("1", convolution);
            register_module("3", norm);
        }

        // The published names are positions; the fields' own names would stand beside them.
        protected override void RegisterComponents()
        {
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var kept = training && share > 0 ? dropout(input, share) : input;
            var excited = leaky_relu(convolution.forward(kept), Leak.Slope);
            return norm.forward(excited).MoveToOuterDisposeScope();
        }
    }
}
