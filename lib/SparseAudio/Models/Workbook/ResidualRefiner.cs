using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// Listens to a draft of a code: what the draft's sound lacks or has too much of at each event, at the partials of its pitch and in bands,
/// tells how to correct it. The first one hears the pure code and corrects the events' values and, from the mean over the segment, the context;
/// those after it correct the details. A step of iterative amortised inference (Marino et al., 2018), in which no correction can be so large
/// that one bad guess drowns the rest.
/// </summary>
internal sealed class ResidualRefiner : Module
{
    // Levels are (log magnitude + 6) / 2; what is quieter than 10⁻⁴ of a full-scale sine counts as silence.
    private const double Silence = -1.6;
    private const double LargestChange = 1;
    private const double LargestDetail = 2;
    private readonly Linear first;
    private readonly Linear second;
    private readonly Linear last;
    private readonly Linear? summary;
    private readonly Linear? context;
    private readonly BandMeans means;

    /// <summary>Builds the layers.</summary>
    /// <param name="config">Of the model.</param>
    /// <param name="ofDetails">Whether it corrects details, or values and context.</param>
    /// <param name="device">Device of the tensors.</param>
    public ResidualRefiner(WorkbookConfig config, bool ofDetails, Device device) : base(nameof(ResidualRefiner))
    {
        first = Linear(
            LocalFeatures.Places + LocalFeatures.Moments * BandMeans.Count + LocalFeatures.Size + SynthParameters.Count, 192, true, device);
        second = Linear(192, 128, true, device);
        last = Linear(128, ofDetails ? SynthParameters.Count : 1, true, device);
        summary = ofDetails ? null : Linear(BandMeans.Count + config.ContextSize, 64, true, device);
        context = ofDetails ? null : Linear(64, config.ContextSize, true, device);
        means = new BandMeans(config, device);
        RegisterComponents();
    }

    /// <summary>What is missing where: the levels of the sound less those of its draft.</summary>
    /// <param name="levels">(batch, frames, bins)</param>
    /// <param name="draft">(batch, frames, bins)</param>
    /// <returns>(batch, frames, bins)</returns>
    public static Tensor Missing(Tensor levels, Tensor draft) => levels.clamp_min(Silence) - draft.clamp_min(Silence);

    /// <summary>Factors of the events' values.</summary>
    /// <param name="heard">What is missing where.</param>
    /// <returns>(batch, events)</returns>
    public Tensor Factors(Draft heard) => (Hidden(heard).squeeze(2).tanh() * LargestChange).exp();

    /// <summary>What has to be added to the events' details.</summary>
    /// <param name="heard">What is missing where.</param>
    /// <returns>(batch, events, <see cref="SynthParameters.Count"/>)</returns>
    public Tensor Details(Draft heard) => (Hidden(heard) / LargestDetail).tanh() * LargestDetail;

    /// <summary>What has to be added to the context.</summary>
    /// <param name="heard">What is missing where.</param>
    /// <param name="draft">(batch, context)</param>
    /// <returns>(batch, context)</returns>
    public Tensor Context(Draft heard, Tensor draft) =>
        context!.forward(leaky_relu(summary!.forward(cat([means.Of(heard.Missing).mean([1]), draft], 1)), 0.2));

    /// <summary>The untrained start: the draft stays as it is.</summary>
    internal void ChangeNothing()
    {
        foreach (var layer in new[] { last, context })
        {
            layer?.weight.zero_();
            layer?.bias!.zero_();
        }
    }

    private Tensor Hidden(Draft heard)
    {
        var (batch, events) = (heard.Times.shape[0], heard.Times.shape[1]);
        var times = heard.Times.flatten(1).unsqueeze(2).expand(-1, -1, BandMeans.Count);
        var nearby = means.Of(heard.Missing).gather(1, times).view(batch, events, -1);
        var hidden = leaky_relu(first.forward(cat([heard.Around, nearby, heard.Seen, heard.Voices], 2)), 0.2);
        return last.forward(leaky_relu(second.forward(hidden), 0.2));
    }

    /// <summary>What a draft lacks.</summary>
    /// <param name="Missing">(batch, frames, bins) of <see cref="Missing"/>.</param>
    /// <param name="Around">(batch, events, <see cref="LocalFeatures.Places"/>), the same at the events' partials.</param>
    /// <param name="Seen">(batch, events, <see cref="LocalFeatures.Size"/>)</param>
    /// <param name="Voices">(batch, events, <see cref="SynthParameters.Count"/>) of the draft.</param>
    /// <param name="Times">(batch, events, <see cref="LocalFeatures.Moments"/>) int64</param>
    public sealed record Draft(Tensor Missing, Tensor Around, Tensor Seen, Tensor Voices, Tensor Times);
}
