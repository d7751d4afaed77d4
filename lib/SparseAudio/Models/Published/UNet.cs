using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Published;

/// <summary>
/// The encoder (class UNet, lines 188 to 293 of the original): halves the time axis of a spectrogram several times, doubles it again
/// with skip connections, and projects every frame to the channels of the code.
/// </summary>
internal sealed class UNet : Module<Tensor, Tensor>
{
    private readonly ModuleList<Sequential> down;
    private readonly ModuleList<Sequential> up;
    private readonly Conv1d proj;

    /// <summary>Builds the encoder.</summary>
    /// <param name="bins">Bins of the spectrogram, and channels of every stage.</param>
    /// <param name="depth">Number of halvings.</param>
    /// <param name="channels">Channels of the code.</param>
    /// <param name="dropout">Share of a stage's inputs set to zero in training mode.</param>
    /// <param name="device">Device of the parameters.</param>
    public UNet(long bins, int depth, long channels, double dropout, Device device) : base(nameof(UNet))
    {
        // As published: the normalisation comes after the rectifier.
        Sequential Stage(Module<Tensor, Tensor> convolution) =>
            Sequential(Dropout(dropout), convolution, LeakyReLU(0.2), BatchNorm1d(bins, device: device));
        var stages = Enumerable.Range(0, depth);
        down = ModuleList([.. stages.Select(_ => Stage(Conv1d(bins, bins, 3, 2, 1, device: device)))]);
        up = ModuleList([.. stages.Select(_ => Stage(ConvTranspose1d(bins, bins, 4, 2, 1, device: device)))]);
        proj = Conv1d(bins, channels, 1, device: device);
        RegisterComponents();
    }

    /// <summary>The last layer: from features to the channels of the code.</summary>
    public Conv1d Projection => proj;

    /// <summary>Activation of each channel of the code in each frame.</summary>
    /// <param name="spectrogram">(batch, bins, frames), frames divisible by 2^depth.</param>
    /// <returns>(batch, channels, frames)</returns>
    public override Tensor forward(Tensor spectrogram)
    {
        using var scope = NewDisposeScope();
        return proj.forward(Features(spectrogram)).MoveToOuterDisposeScope();
    }

    /// <summary>Everything before the last projection.</summary>
    /// <param name="spectrogram">(batch, bins, frames)</param>
    /// <param name="observe">Is given the output of every stage by name: down.0, …, up.0 (skip not yet added), ….</param>
    /// <returns>(batch, bins, frames)</returns>
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
}
