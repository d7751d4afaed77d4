using SparseAudio.Signal;
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

    /// <summary>A whole context: its numbers, and among how many events the noise floor is shared.</summary>
    /// <param name="numbers">(batch, ContextSize)</param>
    /// <param name="sharers">(batch, 1)</param>
    /// <returns>(batch, <see cref="WorkbookConfig.ContextWidth"/>)</returns>
    public static Tensor Join(Tensor numbers, Tensor sharers) => cat([numbers, sharers.type_as(numbers)], 1);

    /// <summary>The numbers of a whole context, which networks look at, (batch, ContextSize).</summary>
    public static Tensor NumbersOf(Tensor context) => context.narrow(1, 0, context.shape[1] - 1);

    /// <summary>Among how many events the noise floor of a whole context is shared, (batch, 1); 0 for as many as there can be.</summary>
    public static Tensor SharersOf(Tensor context) => context.narrow(1, context.shape[1] - 1, 1);

    /// <summary>The numbers of every segment's context.</summary>
    /// <param name="magnitudes">(batch, frames, bins)</param>
    /// <returns>(batch, ContextSize)</returns>
    public override Tensor forward(Tensor magnitudes)
    {
        using var scope = NewDisposeScope();
        var levels = means.Of(magnitudes).clamp_min(1e-5).log();  // (batch, frames, bands)
        var quiet = levels.sort(1).Values.select(1, levels.shape[1] / 5);
        var summary = cat([levels.mean([1]), quiet], 1) / 4 + 1.5;
        return second.forward(leaky_relu(first.forward(summary), 0.2)).MoveToOuterDisposeScope();
    }
}

/// <summary>Means of a spectrum over log-spaced bands; a band between two bins takes the nearer one.</summary>
internal sealed class BandMeans
{
    /// <summary>Number of bands.</summary>
    public const int Count = 32;

    private const double LowestEdge = 30;
    private readonly Tensor weights;

    /// <summary>Prepares the bands, evenly spaced from 30 Hz to half the sample rate.</summary>
    public BandMeans(WorkbookConfig config, Device device)
    {
        var shares = new float[config.Bins * Count];
        var width = (double)config.SampleRate / config.Window;
        var ratio = config.SampleRate / 2.0 / LowestEdge;
        for (var band = 0; band < Count; band++)
        {
            var low = LowestEdge * Math.Pow(ratio, band / (double)Count);
            var high = LowestEdge * Math.Pow(ratio, (band + 1) / (double)Count);
            var inside = Enumerable.Range(0, config.Bins).Where(bin => bin * width >= low && bin * width < high).ToArray();
            if (inside.Length == 0)
                inside = [Enumerable.Range(0, config.Bins).MinBy(bin => Math.Abs(bin * width - (low + high) / 2))];
            foreach (var bin in inside) shares[bin * Count + band] = 1f / inside.Length;
        }
        weights = tensor(shares, [config.Bins, Count], device: CPU).IntoTorchMemory(device).DetachFromDisposeScope();
    }

    /// <summary>The mean of every band.</summary>
    /// <param name="spectra">(batch, frames, bins)</param>
    /// <returns>(batch, frames, <see cref="Count"/>)</returns>
    public Tensor Of(Tensor spectra) => spectra.matmul(weights);
}
