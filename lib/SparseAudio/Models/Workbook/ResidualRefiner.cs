using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// Listens to a draft of a code: from what the draft's sound lacks or has too much of at each event, at the
/// partials of its pitch and in bands, it corrects the event's value and adds to its details, and from the mean over
/// the segment it corrects the context. A step of iterative amortised inference (Marino et al., 2018), in which no correction
/// can be so large that one bad guess drowns the rest.
/// </summary>
internal sealed class ResidualRefiner : Module
{
    // Levels are (log magnitude + 6) / 2; what is quieter than 10⁻⁴ of a full-scale sine counts as silence.
    private const double Silence = -1.6;
    private const double LargestChange = 1;
    private const double LargestDetail = 2;
    private readonly Linear first;
    private readonly Linear second;
    private readonly Linear value;
    private readonly Linear? details;
    private readonly Linear summary;
    private readonly Linear context;
    private readonly BandMeans means;

    /// <summary>Builds the layers.</summary>
    /// <param name="config">Of the model.</param>
    /// <param name="detailed">Whether it speaks of details too.</param>
    /// <param name="device">Device of the tensors.</param>
    public ResidualRefiner(WorkbookConfig config, bool detailed, Device device) : base(nameof(ResidualRefiner))
    {
        first = Linear(
            LocalFeatures.Places + LocalFeatures.Moments * BandMeans.Count + LocalFeatures.Size + SynthParameters.Count, 192, true, device);
        second = Linear(192, 128, true, device);
        value = Linear(128, 1, true, device);
        details = detailed ? Linear(128, SynthParameters.Count, true, device) : null;
        summary = Linear(BandMeans.Count + config.ContextSize, 64, true, device);
        context = Linear(64, config.ContextSize, true, device);
        means = new BandMeans(config, device);
        RegisterComponents();
    }

    /// <summary>What is missing where: the levels of the sound less those of its draft.</summary>
    /// <param name="levels">(batch, frames, bins)</param>
    /// <param name="draft">(batch, frames, bins)</param>
    /// <returns>(batch, frames, bins)</returns>
    public static Tensor Missing(Tensor levels, Tensor draft) => levels.clamp_min(Silence) - draft.clamp_min(Silence);

    /// <summary>What is to be corrected at every event.</summary>
    /// <param name="missing">(batch, frames, bins) of <see cref="Missing"/>.</param>
    /// <param name="around">(batch, events, <see cref="LocalFeatures.Places"/>), the same at the events' partials.</param>
    /// <param name="seen">(batch, events, <see cref="LocalFeatures.Size"/>)</param>
    /// <param name="voices">(batch, events, <see cref="SynthParameters.Count"/>) of the draft.</param>
    /// <param name="frames">(batch, events) int64</param>
    /// <returns>
    /// Factors of the values (batch, events) and what has to be added to the details (batch, events, <see cref="SynthParameters.Count"/>),
    /// null if it does not speak of them.
    /// </returns>
    public (Tensor Factors, Tensor? Details) Events(Tensor missing, Tensor around, Tensor seen, Tensor voices, Tensor frames)
    {
        var (batch, events) = (frames.shape[0], frames.shape[1]);
        var bands = means.Of(missing);
        var times = LocalFeatures.Times(frames, missing.shape[1]).flatten(1).unsqueeze(2).expand(-1, -1, BandMeans.Count);
        var nearby = bands.gather(1, times).view(batch, events, -1);
        var hidden = leaky_relu(first.forward(cat([around, nearby, seen, voices], 2)), 0.2);
        hidden = leaky_relu(second.forward(hidden), 0.2);
        var change = value.forward(hidden).squeeze(2).tanh() * LargestChange;
        return (change.exp(), details is null ? null : (details.forward(hidden) / LargestDetail).tanh() * LargestDetail);
    }

    /// <summary>What has to be added to the context.</summary>
    /// <param name="missing">(batch, frames, bins) of <see cref="Missing"/>.</param>
    /// <param name="draft">(batch, context)</param>
    /// <returns>(batch, context)</returns>
    public Tensor Context(Tensor missing, Tensor draft) =>
        context.forward(leaky_relu(summary.forward(cat([means.Of(missing).mean([1]), draft], 1)), 0.2));

    /// <summary>The untrained start: the draft stays as it is.</summary>
    internal void ChangeNothing()
    {
        foreach (var layer in new[] { value, details, context })
        {
            layer?.weight.zero_();
            layer?.bias!.zero_();
        }
    }
}
