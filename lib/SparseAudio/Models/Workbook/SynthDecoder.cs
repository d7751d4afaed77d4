using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// Synthesises events from their parameters, without reverb: each event is an impulse of decaying band noise and the resonance of damped
/// partials that it sets off; all share the segment's noise floor.
/// </summary>
internal sealed class SynthDecoder : Module
{
    internal const double NoiseAttackSeconds = 0.004;
    private readonly NoiseBands noise;
    private readonly Linear floor;
    private readonly WorkbookConfig config;
    private readonly PitchGrid grid;

    /// <summary>Builds the layers.</summary>
    public SynthDecoder(WorkbookConfig config, PitchGrid grid, Device device) : base(nameof(SynthDecoder))
    {
        (this.config, this.grid) = (config, grid);
        noise = new NoiseBands(config, device);
        floor = Linear(config.ContextSize, SynthParameters.BandCount, true, device);
        Knots = new SynthKnots(config.Partials, device);
        RegisterComponents();
    }

    /// <summary>The noise of impulses and of the noise floor.</summary>
    public NoiseBands Noise => noise;

    /// <summary>How few numbers tell all partials and bands.</summary>
    public SynthKnots Knots { get; }

    /// <summary>The parameters in physical units.</summary>
    public SynthControls Controls(SparseEncoding encoding, Tensor parameters) => new(parameters, encoding, grid, Knots, config);

    /// <summary>Every event alone. Each carries its share of the noise floor, so that all of them sum to the whole.</summary>
    /// <param name="encoding">The events.</param>
    /// <param name="parameters">(batch, events, <see cref="SynthParameters.Count"/>)</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor Events(SparseEncoding encoding, Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var (impulse, resonance) = Parts(encoding, parameters);
        return (impulse + resonance + OwnNoiseFloor(encoding)).MoveToOuterDisposeScope();
    }

    /// <summary>The sum of <see cref="Events"/>, without synthesising any event alone.</summary>
    /// <param name="encoding">The events.</param>
    /// <param name="parameters">(batch, events, <see cref="SynthParameters.Count"/>)</param>
    /// <param name="carriedOn">
    /// (batch, 1, line), one or more whole segments: gain over time of what goes on from before the segment, which are the noise floor and
    /// events that continue; null: 1, in the segment alone.
    /// </param>
    /// <returns>(batch, 1, samples), or (batch, 1, line)</returns>
    public Tensor Sum(SparseEncoding encoding, Tensor parameters, Tensor? carriedOn)
    {
        using var scope = NewDisposeScope();
        var samples = carriedOn?.shape[2] ?? config.Samples;
        var controls = Controls(encoding, parameters);
        var since = Since(encoding, samples);
        var rows = PartialBank.Rows(controls, since, Envelope(controls, since, carriedOn)).flatten(1, 2).transpose(1, 2);
        var sound = rows.matmul(PartialBank.Columns(controls).flatten(1, 2)).flatten(1, 2).unsqueeze(1);
        var overTime = (controls.BandGains * controls.Levels).transpose(1, 2).matmul(NoiseEnvelope(controls, since));
        var impulses = (PartialBank.Between(overTime) * Noises(samples)).sum(1, true);
        var tone = (NoiseFloor(encoding.Context!) * FloorShares(encoding).sum([1], true)).matmul(Noises(samples)).unsqueeze(1);
        return (sound + impulses + (carriedOn is null ? tone : tone * carriedOn)).MoveToOuterDisposeScope();
    }

    /// <summary>Impulse and resonance, which <see cref="Events"/> adds up; each (batch, events, samples).</summary>
    internal (Tensor Impulse, Tensor Resonance) Parts(SparseEncoding encoding, Tensor parameters)
    {
        var controls = Controls(encoding, parameters);
        var since = Since(encoding, config.Samples);
        var rows = PartialBank.Rows(controls, since, Envelope(controls, since, null));
        var resonance = rows.transpose(2, 3).matmul(PartialBank.Columns(controls)).flatten(2, 3);
        var coloured = (controls.BandGains * controls.Levels).matmul(noise.Samples);
        return (PartialBank.Between(NoiseEnvelope(controls, since)) * coloured, resonance);
    }

    /// <summary>The noise floor that each event carries of its segment's, (batch, events, samples).</summary>
    internal Tensor OwnNoiseFloor(SparseEncoding encoding) =>
        NoiseFloor(encoding.Context!).matmul(noise.Samples).unsqueeze(1) * FloorShares(encoding).unsqueeze(2);

    // The gains of the bands of noise that never stops, (batch, bands).
    private Tensor NoiseFloor(Tensor context) => (floor.forward(SegmentContext.NumbersOf(context)) - 7).exp();

    // (batch, events): each the same but for its gain; those of value 0 only fill up the batch and carry none.
    private Tensor FloorShares(SparseEncoding encoding)
    {
        var sharers = SegmentContext.SharersOf(encoding.Context!);
        var among = where(sharers.lt(1), full_like(sharers, config.Events), sharers);
        var present = encoding.Values.detach().ne(0).type_as(encoding.Values);
        return (encoding.Gains is { } gains ? present * gains : present) / among;
    }

    // After a segment's end the noise begins again.
    private Tensor Noises(long samples) => samples == config.Samples ? noise.Samples : noise.Samples.repeat(1, samples / config.Samples);

    // (batch, events, knots): samples since every event's frame.
    private Tensor Since(SparseEncoding encoding, long samples) =>
        PartialBank.Knots(samples, encoding.Values) - (encoding.Frames * config.Hop).unsqueeze(2).type_as(encoding.Values);

    // How an event begins, swells and ends, (batch, events, knots).
    private static Tensor Envelope(SynthControls controls, Tensor since, Tensor? carriedOn)
    {
        var time = since - controls.Delays;
        var carried = since.ge(0).type_as(since);
        if (carriedOn is not null) carried *= CarriedAt(since, AtKnots(carriedOn));
        var begun = Rise(time, controls.Attacks);
        var beginning = begun + controls.Continues * (carried - begun);
        var swelling = controls.Swells * (1 - (-time.clamp_min(0) / controls.SwellTimes).exp()) + 1;
        var ending = (-softplus((time - controls.Lengths) / controls.Releases * 4) / 4).exp();
        return beginning * swelling * ending;
    }

    private static Tensor NoiseEnvelope(SynthControls controls, Tensor since)
    {
        var time = since - controls.Delays;
        var attack = full_like(controls.Attacks, NoiseAttackSeconds) * controls.SampleRate;
        return Rise(time, attack) * (-time.clamp_min(0) / controls.NoiseDecays).exp() * (1 - controls.Continues);
    }

    // From nearly 0 through a half after half of the attack to 1; nothing sounds before the beginning.
    private static Tensor Rise(Tensor time, Tensor attacks)
    {
        var turns = time / attacks;
        return ((turns - 0.5) * 6).sigmoid() * turns.gt(0).type_as(turns);
    }

    // What carries events on runs with a segment that begins at its border; an event that was moved away from there takes it along.
    private static Tensor CarriedAt(Tensor since, Tensor carriedOn)
    {
        var knots = (since / PartialBank.Row).round().to_type(ScalarType.Int64).clamp_min(0);
        return carriedOn.expand(since.shape).gather(2, knots);
    }

    private static Tensor AtKnots(Tensor line) => pad(line.view(line.shape[0], 1, -1, PartialBank.Row).select(3, 0), (0, 1));
}
