using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// Features of the spectrogram around a chosen cell, at the partials of its pitch and halfway between them, from shortly before to 0.4 s
/// after: from these it tells the event's variant and its details.
/// </summary>
internal sealed class LocalFeatures : Module
{
    private const int Partials = 16;
    private static readonly long[] Offsets = [-4, 0, 2, 4, 8, 16, 32];

    /// <summary>Numbers of <see cref="Extract"/> for each event.</summary>
    public const int Size = 128;

    /// <summary>Numbers of <see cref="Around"/> for each event.</summary>
    public static int Places => Offsets.Length * 2 * Partials;

    /// <summary>Offsets in time at which the spectrogram is read.</summary>
    public static int Moments => Offsets.Length;
    private readonly Linear first;
    private readonly Linear second;
    private readonly Linear variant;
    private readonly Linear details;
    private readonly SpectralSampler sampler;

    /// <summary>Builds the layers.</summary>
    public LocalFeatures(WorkbookConfig config, PitchGrid grid, Device device) : base(nameof(LocalFeatures))
    {
        first = Linear(Places + config.EncoderWidth + 1, 192, true, device);
        second = Linear(192, Size, true, device);
        variant = Linear(Size, config.Variants, true, device);
        details = Linear(Size + config.EmbeddingSize, SynthParameters.Count, true, device);
        sampler = new SpectralSampler(PartialPlaces(config, grid), config.Bins, device);
        RegisterComponents();
    }

    /// <summary>The features of every event.</summary>
    /// <param name="levels">(batch, frames, bins) log spectrogram.</param>
    /// <param name="features">(batch, frames, width) of the encoder.</param>
    /// <param name="pitches">(batch, events) int64</param>
    /// <param name="frames">(batch, events) int64</param>
    /// <param name="logValues">(batch, events, 1)</param>
    /// <returns>(batch, events, <see cref="Size"/>)</returns>
    public Tensor Extract(Tensor levels, Tensor features, Tensor pitches, Tensor frames, Tensor logValues)
    {
        using var scope = NewDisposeScope();
        var partials = Around(levels, pitches, frames) - logValues;
        var own = features.gather(1, frames.unsqueeze(2).expand(-1, -1, features.shape[2]));
        var hidden = leaky_relu(first.forward(cat([partials, own, logValues], 2)), 0.2);
        return leaky_relu(second.forward(hidden), 0.2).MoveToOuterDisposeScope();
    }

    /// <summary>Spectra at the partials of every event and between them, at every offset in time.</summary>
    /// <param name="levels">(batch, frames, bins)</param>
    /// <param name="pitches">(batch, events) int64</param>
    /// <param name="frames">(batch, events) int64</param>
    /// <returns>(batch, events, <see cref="Places"/>), 0 where a partial lies beyond the spectrum.</returns>
    public Tensor Around(Tensor levels, Tensor pitches, Tensor frames) =>
        sampler.Read(levels, Times(frames, levels.shape[1]), pitches).flatten(2, 3);

    /// <summary>The frames at which the spectrogram is read.</summary>
    /// <param name="frames">(batch, events) int64</param>
    /// <param name="count">Frames of a segment.</param>
    /// <returns>(batch, events, <see cref="Moments"/>) int64</returns>
    public static Tensor Times(Tensor frames, long count) =>
        (frames.unsqueeze(2) + tensor(Offsets, device: frames.device)).clamp(0, count - 1);

    /// <summary>How well each variant fits.</summary>
    /// <param name="seen">(batch, events, <see cref="Size"/>)</param>
    /// <returns>(batch, events, variants), before the softmax.</returns>
    public Tensor Variants(Tensor seen) => variant.forward(seen);

    /// <summary>What has to be added to the voice of an event's channel.</summary>
    /// <param name="seen">(batch, events, <see cref="Size"/>)</param>
    /// <param name="embedding">(batch, events, embedding)</param>
    /// <returns>(batch, events, <see cref="SynthParameters.Count"/>), 0 when untrained.</returns>
    public Tensor Details(Tensor seen, Tensor embedding)
    {
        using var scope = NewDisposeScope();
        return details.forward(cat([seen, embedding], 2)).MoveToOuterDisposeScope();
    }

    /// <summary>The untrained start: no details.</summary>
    internal void ForgetDetails()
    {
        details.weight.zero_();
        details.bias!.zero_();
    }

    private static float[,] PartialPlaces(WorkbookConfig config, PitchGrid grid)
    {
        var places = new float[grid.Pitches, 2 * Partials];
        for (var pitch = 0; pitch < grid.Pitches; pitch++)
        {
            var bin = (float)(grid.Hertz(pitch * grid.Variants) * config.Window / config.SampleRate);
            for (var k = 0; k < Partials; k++)
            {
                places[pitch, k] = bin * (k + 1);
                places[pitch, Partials + k] = bin * (k + 1.5f);
            }
        }
        return places;
    }
}
