using SparseAudio.Signal;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// Synthesises events from their parameters, without reverb: each event is an impulse of decaying band noise, that impulse convolved
/// with a resonance of damped partials, and the resonance itself; all share the segment's noise floor.
/// </summary>
internal sealed class SynthDecoder : Module
{
    private readonly NoiseBands noise;
    private readonly Linear floor;
    private readonly WorkbookConfig config;
    private readonly PitchGrid grid;
    private readonly PartialShapes shapes;

    /// <summary>Builds the layers.</summary>
    public SynthDecoder(WorkbookConfig config, PitchGrid grid, Device device) : base(nameof(SynthDecoder))
    {
        (this.config, this.grid) = (config, grid);
        noise = new NoiseBands(config, device);
        floor = Linear(config.ContextSize, SynthParameters.BandCount, true, device);
        shapes = new PartialShapes(config.Partials, device);
        RegisterComponents();
    }

    /// <summary>The noise of impulses and of the noise floor.</summary>
    public NoiseBands Noise => noise;

    /// <summary>Every event alone. Each carries its share of the noise floor, so that all of them sum to the whole.</summary>
    /// <param name="encoding">The events.</param>
    /// <param name="parameters">(batch, events, <see cref="SynthParameters.Count"/>)</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor Events(SparseEncoding encoding, Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var controls = Controls(encoding, parameters);
        var partials = new DampedPartials(controls, config.Hop, config.Frames);
        var impulse = Impulse(encoding, controls);
        var sound = partials.Rows(encoding.Frames, impulse).matmul(partials.Columns).flatten(2, 3);
        if (impulse is not null)
            sound = sound + Placement.Place(partials.Onset(impulse), encoding.Frames, config.Hop, config.Samples);

        var (rows, columns) = Swelling(encoding, controls, config.Frames);
        var envelope = rows.transpose(2, 3).matmul(columns).flatten(2, 3);
        sound = sound + envelope * (controls.BandGains * controls.Levels).matmul(noise.Samples);
        sound = sound + OwnNoiseFloor(encoding);
        return sound.MoveToOuterDisposeScope();
    }

    /// <summary>The sum of <see cref="Events"/>, without synthesising any event alone.</summary>
    /// <param name="encoding">The events.</param>
    /// <param name="parameters">(batch, events, <see cref="SynthParameters.Count"/>)</param>
    /// <param name="noiseFloor">
    /// (batch, 1, line), one or more whole segments: gain of the noise floor over time; null: 1, in the segment alone.
    /// </param>
    /// <returns>(batch, 1, samples), or (batch, 1, line)</returns>
    public Tensor Sum(SparseEncoding encoding, Tensor parameters, Tensor? noiseFloor)
    {
        using var scope = NewDisposeScope();
        var samples = noiseFloor?.shape[2] ?? config.Samples;
        var controls = Controls(encoding, parameters);
        var partials = new DampedPartials(controls, config.Hop, samples / config.Hop);
        var impulse = Impulse(encoding, controls);
        var rows = partials.Rows(encoding.Frames, impulse).transpose(1, 2).flatten(2, 3);
        var sound = rows.matmul(partials.Columns.flatten(1, 2)).flatten(1, 2).unsqueeze(1);
        if (impulse is not null)
            sound = sound + Placement.PlaceSum(partials.Onset(impulse), encoding.Frames, config.Hop, samples);

        var (tone, impulses) = BandNoise(encoding, controls, samples);
        sound = sound + (noiseFloor is null ? tone : tone * noiseFloor.view(impulses.shape)).flatten(2, 3) + impulses.flatten(2, 3);
        return sound.MoveToOuterDisposeScope();
    }

    /// <summary>Impulse, resonance and their convolution, which <see cref="Events"/> adds up; each (batch, events, samples).</summary>
    internal (Tensor Impulse, Tensor Resonance, Tensor Convolved) Parts(SparseEncoding encoding, Tensor parameters)
    {
        var controls = Controls(encoding, parameters);
        var (rows, columns) = Swelling(encoding, controls, config.Frames);
        var impulse = rows.transpose(2, 3).matmul(columns).flatten(2, 3) * (controls.BandGains * controls.Levels).matmul(noise.Samples);
        var resonance = Resonances(encoding, parameters);
        return (impulse, resonance, Events(encoding, parameters) - impulse - resonance - OwnNoiseFloor(encoding));
    }

    /// <summary>The resonance of every event alone (batch, events, samples).</summary>
    internal Tensor Resonances(SparseEncoding encoding, Tensor parameters)
    {
        var partials = new DampedPartials(Controls(encoding, parameters), config.Hop, config.Frames);
        return partials.Rows(encoding.Frames, null).matmul(partials.Columns).flatten(2, 3);
    }

    private SynthControls Controls(SparseEncoding encoding, Tensor parameters)
    {
        var fundamentals = grid.FrequenciesOf(grid.PitchOf(encoding.Channels));
        return new SynthControls(parameters, fundamentals, encoding, grid, shapes, config);
    }

    // What a full set of events carries: the gains of the bands of noise that never stops, (batch, bands).
    private Tensor NoiseFloor(Tensor context) => (floor.forward(context) - 7).exp();

    // What each event carries of it, (batch, events, samples) or to be broadcast to that.
    private Tensor OwnNoiseFloor(SparseEncoding encoding)
    {
        var one = NoiseFloor(encoding.Context!).matmul(noise.Samples).unsqueeze(1) / config.Events;
        return encoding.Gains is { } gains ? one * gains.unsqueeze(2) : one;
    }

    // The noise floor (batch, 1, 1, samples), and the noise of all events together (batch, 1, segments, samples), on the shorter
    // of two ways: either every event colours the noise for itself, and the tone with them, or the gains of the bands over time
    // are added up over events, and colour one noise for all. After a segment's end the noise begins again.
    private (Tensor Tone, Tensor Impulses) BandNoise(SparseEncoding encoding, SynthControls controls, long length)
    {
        var (rows, columns) = Swelling(encoding, controls, length / config.Hop);
        var bandGains = controls.BandGains * controls.Levels;  // (batch, events, bands)
        var (events, segments) = (encoding.Values.shape[1], length / config.Samples);
        var carried = NoiseFloor(encoding.Context!) / config.Events;
        var tone = (encoding.Gains is { } gains ? carried * gains.sum([1], true) : carried * events).unsqueeze(1);
        if (events < SynthParameters.BandCount)
        {
            var envelope = rows.transpose(2, 3).matmul(columns).view(-1, events, segments, config.Samples);
            var coloured = cat([bandGains, tone], 1).matmul(noise.Samples).unsqueeze(2);
            return (coloured.narrow(1, events, 1), (envelope * coloured.narrow(1, 0, events)).sum(1, true));
        }

        var perRow = bandGains.transpose(1, 2).unsqueeze(2).unsqueeze(4) * rows.permute(0, 3, 1, 2).unsqueeze(1);
        var overTime = perRow.flatten(3, 4).flatten(1, 2).matmul(columns.flatten(1, 2));
        var impulses = (overTime.view(-1, SynthParameters.BandCount, segments, config.Samples) * noise.Samples.unsqueeze(1)).sum(1, true);
        return (tone.matmul(noise.Samples).unsqueeze(2), impulses);
    }

    // The start of an event's noise as it excites the resonance, faded out so that it ends; null when nothing is struck.
    private Tensor? Impulse(SparseEncoding encoding, SynthControls controls)
    {
        if (config.StruckSamples == 0) return null;
        var length = config.StruckSamples;
        var time = arange(length, controls.Levels.dtype, controls.Levels.device);
        var envelope = (-time / controls.NoiseDecays).exp() * (1 - (-time / controls.Attacks).exp()) * (1 - time / length);
        var bands = noise.From(encoding.Frames, length, config.Hop).permute(1, 2, 0, 3);  // (batch, events, bands, length)
        return controls.BandGains.unsqueeze(2).matmul(bands).squeeze(2) * envelope * controls.Strikes;
    }

    // An impulse's envelope e^(-n / decay) (1 - e^(-n / attack)) as rows (batch, events, 2, rows) times columns
    // (batch, events, 2, hop).
    private (Tensor Rows, Tensor Columns) Swelling(SparseEncoding encoding, SynthControls controls, long frames)
    {
        var (dtype, device) = (controls.Levels.dtype, controls.Levels.device);
        var since = ((arange(frames, device: device) - encoding.Frames.unsqueeze(2)) * config.Hop).type_as(controls.Levels);
        var started = since.ge(0).type_as(since);
        (Tensor Decay, Tensor Swell) At(Tensor time) => ((-time / controls.NoiseDecays).exp(), (-time / controls.Attacks).exp());
        var row = At(since.clamp_min(0));
        var column = At(arange(config.Hop, dtype, device));
        var decayed = row.Decay * started;
        return (stack([decayed, -decayed * row.Swell], 2), stack([column.Decay, column.Decay * column.Swell], 2));
    }
}
