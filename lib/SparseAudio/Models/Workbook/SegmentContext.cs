using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>A few dense numbers for a whole segment: from its mean and its quiet levels in bands, what all events share.</summary>
internal sealed class SegmentContext : Module<Tensor, Tensor>
{
    private readonly Linear first;
    private readonly Linear second;
    private readonly BandMeans means;

    /// <summary>Builds the layers.</summary>
    public SegmentContext(WorkbookConfig config, Device device) : base(nameof(SegmentContext))
    {
        first = Linear(2 * BandMeans.Count, 64, true, device);
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
        var levels = means.Of(magnitudes).clamp_min(1e-5).log();  // (batch, frames, bands)
        var quiet = levels.sort(1).Values.select(1, levels.shape[1] / 5);
        var summary = cat([levels.mean([1]), quiet], 1) / 4 + 1.5;
        return second.forward(leaky_relu(first.forward(summary), 0.2)).MoveToOuterDisposeScope();
    }
}
