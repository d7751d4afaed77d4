using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// Features of the spectrogram around an event, at the partials of its pitch and halfway between them, from shortly before it to shortly
/// after its end: from these the model tells the event's variant and its details.
/// </summary>
internal sealed class LocalFeatures : Module
{
    private const int Partials = 24;
    private static readonly long[] Offsets = [-4, 0, 2, 4, 8, 16, 32];

    // Looks at which a note's partials are loudest.
    private const int FirstLoud = 2;
    private const int LoudLooks = 3;

    // Around the event's end, and halfway to it.
    private static readonly long[] FromEnd = [-4, 2, 8];

    /// <summary>Numbers of <see cref="Extract"/> for each event.</summary>
    public const int Size = 128;

    /// <summary>Numbers that are known of an event besides the spectrogram.</summary>
    public const int Told = 8;

    /// <summary>Moments at which the spectrogram is read.</summary>
    public static int Moments => Offsets.Length + FromEnd.Length + 1;

    /// <summary>Numbers of <see cref="Around"/> for each event.</summary>
    public static int Places => Moments * 2 * Partials;

    private readonly Linear first;
    private readonly Linear second;
    private readonly Linear variant;
    private readonly Linear details;
    private readonly SpectralSampler sampler;
    private readonly double framesPerSecond;

    /// <summary>Builds the layers.</summary>
    public LocalFeatures(WorkbookConfig config, PitchGrid grid, Device device) : base(nameof(LocalFeatures))
    {
        first = Linear(Places + config.EncoderWidth + Told, 192, true, device);
        second = Linear(192, Size, true, device);
        variant = Linear(Size, config.Variants, true, device);
        details = Linear(Size + config.EmbeddingSize, SynthParameters.Count, true, device);
        framesPerSecond = (double)config.SampleRate / config.Hop;
        sampler = new SpectralSampler(PartialPlaces(config, grid), config.Bins, device);
        RegisterComponents();
    }

    /// <summary>The features of every event.</summary>
    /// <param name="around">(batch, events, <see cref="Places"/>) of <see cref="Around"/>.</param>
    /// <param name="features">(batch, frames, width) of the encoder.</param>
    /// <param name="events">The events.</param>
    /// <param name="logValues">(batch, events, 1)</param>
    /// <returns>(batch, events, <see cref="Size"/>)</returns>
    public Tensor Extract(Tensor around, Tensor features, ChosenEvents events, Tensor logValues)
    {
        using var scope = NewDisposeScope();
        var own = features.gather(1, events.Frames.unsqueeze(2).expand(-1, -1, features.shape[2]));
        var hidden = leaky_relu(first.forward(cat([around - logValues, own, logValues, events.Known()], 2)), 0.2);
        return leaky_relu(second.forward(hidden), 0.2).MoveToOuterDisposeScope();
    }

    /// <summary>Spectra at the partials of every event and between them, at every moment.</summary>
    /// <param name="levels">(batch, frames, bins)</param>
    /// <param name="events">The events.</param>
    /// <returns>(batch, events, <see cref="Places"/>), 0 where a partial lies beyond the spectrum.</returns>
    public Tensor Around(Tensor levels, ChosenEvents events) =>
        sampler.Read(levels, Times(events, levels.shape[1]), events.Pitches).flatten(2, 3);

    /// <summary>How loud the partials are whose amplitudes the synthesiser is told, where they are loudest.</summary>
    /// <param name="around">(batch, events, <see cref="Places"/>)</param>
    /// <returns>(batch, events, amplitude knots), on the scale of the spectrogram.</returns>
    public static Tensor Loudest(Tensor around)
    {
        var knots = tensor([.. SynthParameters.AmplitudeKnots.Select(partial => partial - 1L)], device: around.device);
        return around.unflatten(2, [Moments, 2 * Partials]).narrow(2, FirstLoud, LoudLooks).amax([2]).index_select(2, knots);
    }

    /// <summary>By which factors partials should be louder so that a draft is nearest to the sound, in the sense of least squares.</summary>
    /// <param name="draft">(batch, events, <see cref="Places"/>), magnitudes of the draft around every event.</param>
    /// <param name="wanted">The same of the sound.</param>
    /// <returns>(batch, events, amplitude knots)</returns>
    public static Tensor AmplitudeRatios(Tensor draft, Tensor wanted)
    {
        const double nothing = 1e-9;
        var knots = tensor([.. SynthParameters.AmplitudeKnots.Select(partial => partial - 1L)], device: draft.device);
        // At the partials, from the event's beginning on.
        Tensor Own(Tensor around) => around.unflatten(2, [Moments, 2 * Partials]).narrow(2, 1, Moments - 1).index_select(3, knots);
        var (given, sought) = (Own(draft), Own(wanted));
        return ((given * sought).sum([2]) + nothing) / (given.square().sum([2]) + nothing);
    }

    /// <summary>The frames at which the spectrogram is read.</summary>
    /// <param name="events">The events.</param>
    /// <param name="count">Frames of a segment.</param>
    /// <returns>(batch, events, <see cref="Moments"/>) int64</returns>
    public Tensor Times(ChosenEvents events, long count)
    {
        var device = events.Frames.device;
        var (begin, length) = (events.Frames.unsqueeze(2), (events.Lengths * framesPerSecond).unsqueeze(2));
        return cat([begin + tensor(Offsets, device: device), begin + length / 2, begin + length + tensor(FromEnd, device: device)], 2)
            .to_type(ScalarType.Int64).clamp(0, count - 1);
    }

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

/// <summary>Reads spectra at frequencies between their bins, by linear interpolation.</summary>
internal sealed class SpectralSampler
{
    private readonly Tensor bins;
    private readonly Tensor shares;
    private readonly Tensor inside;

    /// <summary>Prepares the places to read.</summary>
    /// <param name="positions">(rows, places) in bins; places beyond the last bin but one read as 0.</param>
    /// <param name="count">Bins of the spectra.</param>
    /// <param name="device">Device of the tensors.</param>
    public SpectralSampler(float[,] positions, int count, Device device)
    {
        var (rows, places) = (positions.GetLength(0), positions.GetLength(1));
        var (index, share, known) = (new long[positions.Length], new float[positions.Length], new float[positions.Length]);
        for (var i = 0; i < positions.Length; i++)
        {
            var position = positions[i / places, i % places];
            var held = Math.Min(position, count - 2);
            index[i] = (long)held;
            known[i] = position < count - 2 ? 1 : 0;
            share[i] = (position - MathF.Floor(position)) * known[i];
        }
        bins = tensor(index, [rows, places], device: device).DetachFromDisposeScope();
        shares = tensor(share, [rows, places], device: device).DetachFromDisposeScope();
        inside = tensor(known, [rows, places], device: device).DetachFromDisposeScope();
    }

    /// <summary>Reads chosen frames at the places of chosen rows.</summary>
    /// <param name="spectra">(batch, frames, bins)</param>
    /// <param name="frames">(batch, events, looks) int64, the frames to look at.</param>
    /// <param name="rows">(batch, events) int64</param>
    /// <returns>(batch, events, looks, places), 0 where a place lies beyond the spectrum.</returns>
    public Tensor Read(Tensor spectra, Tensor frames, Tensor rows)
    {
        var (batch, events, looks) = (frames.shape[0], frames.shape[1], frames.shape[2]);
        var (times, count, places) = (spectra.shape[1], spectra.shape[2], bins.shape[1]);
        Tensor OfRows(Tensor table) => table.index_select(0, rows.flatten()).view(batch, events, 1, places);
        var flat = spectra.reshape(-1);
        var item = arange(batch, device: frames.device).view(batch, 1, 1, 1) * times;
        var at = ((item + frames.unsqueeze(3)) * count + OfRows(bins)).flatten();
        var low = flat.index_select(0, at).view(batch, events, looks, places);
        var high = flat.index_select(0, at + 1).view(batch, events, looks, places);
        return (low + (high - low) * OfRows(shares)) * OfRows(inside);
    }
}
