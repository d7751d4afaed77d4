using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Model.Pitched;

/// <summary>A few dense numbers for a whole segment: from its mean and its quiet levels in bands, what all events share.</summary>
public sealed class SegmentContext : Module<Tensor, Tensor>
{
    private const int Bands = 32;
    private const double LowestEdge = 30;
    private readonly Linear first;
    private readonly Linear second;
    private readonly BandMeans means;

    /// <summary>Builds the layers.</summary>
    public SegmentContext(ModelConfig config, Device device) : base(nameof(SegmentContext))
    {
        first = Linear(2 * Bands, 64, true, device);
        second = Linear(64, config.ContextSize, true, device);
        means = new BandMeans(config, device);
        RegisterComponents();
    }

    /// <summary>The context of every segment.</summary>
    /// <param name="magnitudes">(batch, frames, bins)</param>
    /// <returns>(batch, context)</returns>
    public override Tensor forward(Tensor magnitudes)
    {
        using var scope = NewDisposeScope();
        var levels = magnitudes.matmul(means.Weights).clamp_min(1e-5).log();  // (batch, frames, bands)
        var quiet = levels.sort(1).Values.select(1, levels.shape[1] / 5);
        var summary = cat([levels.mean([1]), quiet], 1) / 4 + 1.5;
        return second.forward(leaky_relu(first.forward(summary), Layers.Leak.Slope)).MoveToOuterDisposeScope();
    }

    // Means over the bins of log-spaced bands; a band between two bins takes the nearer one.
    private sealed class BandMeans
    {
        public BandMeans(ModelConfig config, Device device)
        {
            var weights = new float[config.Bins * Bands];
            var width = (double)config.SampleRate / config.Window;
            var ratio = config.SampleRate / 2.0 / LowestEdge;
            for (var band = 0; band < Bands; band++)
            {
                var low = LowestEdge * Math.Pow(ratio, band / (double)Bands);
                var high = LowestEdge * Math.Pow(ratio, (band + 1) / (double)Bands);
                var inside = Enumerable.Range(0, config.Bins).Where(bin => bin * width >= low && bin * width < high).ToArray();
                if (inside.Length == 0)
                    inside = [Enumerable.Range(0, config.Bins).MinBy(bin => Math.Abs(bin * width - (low + high) / 2))];
                foreach (var bin in inside) weights[bin * Bands + band] = 1f / inside.Length;
            }
            Weights = tensor(weights, [config.Bins, Bands], device: device).DetachFromDisposeScope();
        }

        public Tensor Weights { get; }
    }
}
