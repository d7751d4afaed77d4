using SparseAudio.Signal;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Model.Pitched;

/// <summary>
/// The model with pitches, top down: the encoder weighs the spectrogram at every pitch, the largest local maxima become
/// events, a look around each tells its variant and its details, the ensemble plays them, and hearing that the model revises them.
/// </summary>
public sealed class PitchedModel : Module
{
    private readonly PitchEncoder encoder;
    private readonly SegmentContext context;
    private readonly LocalView view;
    private readonly Voices voices;
    private readonly ModuleList<Revision> revisions;
    private readonly Ensemble ensemble;
    private readonly SpectralSampler atPitches;
    private readonly ModelConfig config;

    /// <summary>Builds a model with its untrained start.</summary>
    /// <param name="config">A configuration with <see cref="ModelConfig.PitchedChannels"/>.</param>
    /// <param name="seed">Of the starting values and of the noise.</param>
    /// <param name="device">Where the model lives.</param>
    public PitchedModel(ModelConfig config, long seed, Device device) : base(nameof(PitchedModel))
    {
        this.config = config;
        Grid = new PitchGrid(config, device);
        encoder = new PitchEncoder(config.Bins + config.FineWindow / 2, config.EncoderWidth, config.EncoderDepth, Grid.Pitches, device);
        context = new SegmentContext(config, device);
        view = new LocalView(config, Grid, device);
        voices = new Voices(config, device);
        revisions = ModuleList([.. Enumerable.Range(0, config.Revisions).Select(turn => new Revision(config, config.Detailed && turn == config.Revisions - 1, device))]);
        ensemble = new Ensemble(config, Grid, device);
        atPitches = new SpectralSampler(PitchPlaces(), config.Bins, device);
        RegisterComponents();
        Initialise(seed);
    }

    /// <summary>What the channels mean.</summary>
    public PitchGrid Grid { get; }

    /// <summary>What plays the events.</summary>
    public Ensemble Ensemble => ensemble;

    /// <summary>The events of a segment, as they were chosen, with context and details.</summary>
    /// <remarks>
    /// In training mode every second segment of a batch goes without details, so that the pure code is trained as well,
    /// and the choice of variants carries a gradient.
    /// </remarks>
    /// <param name="audio">(batch, 1, samples)</param>
    public SparseEncoding Encode(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var magnitudes = Magnitudes(audio, config.Window);
        var levels = Level(magnitudes);
        var inputs = config.FineWindow > 0 ? cat([levels, Level(Magnitudes(audio, config.FineWindow))], 2) : levels;
        var features = encoder.forward(inputs);
        var heard = atPitches.ReadAll(magnitudes);
        if (config.PeakRadius > 0) heard = heard * LocalMaxima.Peaks(heard, config.PeakRadius);
        var activations = heard * encoder.Gates(features);
        var (pitches, frames, values) = LocalMaxima.Select(activations, config.SuppressionRadius, config.Events);

        var seen = view.See(levels, features, pitches, frames, Level(values).unsqueeze(2));
        var scores = view.Variants(seen);
        var variants = scores.argmax(2);
        var channels = pitches * config.Variants + variants;
        var shares = training ? Shares(scores, variants) : null;
        var code = new SparseEncoding(channels, frames, values)
        {
            Context = context.forward(magnitudes),
            Details = config.Detailed ? view.Details(seen, voices.Embed(channels, shares)) : null,
            VariantShares = shares,
        };
        foreach (var revision in revisions) code = Revise(code, revision, levels, seen);
        if (training && code.Details is not null) code = code with { Details = code.Details * EverySecond(code.Details) };
        return code.MoveToOuterDisposeScope();
    }

    /// <summary>Every event alone, in its place and in its room.</summary>
    /// <param name="encoding">Any number of events; without a context they play in a neutral one.</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor Decode(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        var shared = encoding.Context ?? NeutralContext(encoding);
        return ensemble.Solo(encoding, Voice(encoding, shared), shared).MoveToOuterDisposeScope();
    }

    /// <summary>Every event alone, in its place, before the room.</summary>
    /// <param name="encoding">Any number of events.</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor DecodeDry(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        var shared = encoding.Context ?? NeutralContext(encoding);
        return ensemble.SoloDry(encoding, Voice(encoding, shared), shared).MoveToOuterDisposeScope();
    }

    /// <summary>The room as one impulse response, the dry sound included.</summary>
    /// <param name="context">(batch, context)</param>
    /// <returns>(batch, 1, samples)</returns>
    public Tensor RoomResponse(Tensor context)
    {
        using var scope = NewDisposeScope();
        var impulse = pad(ones([context.shape[0], 1, 1], device: context.device), (0, config.Samples - 1));
        return ensemble.Room.forward(context, impulse).MoveToOuterDisposeScope();
    }

    /// <summary>All events together.</summary>
    /// <param name="encoding">Any number of events.</param>
    /// <returns>(batch, 1, samples)</returns>
    public Tensor DecodeSum(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        var shared = encoding.Context ?? NeutralContext(encoding);
        return ensemble.Tutti(encoding, Voice(encoding, shared), shared).MoveToOuterDisposeScope();
    }

    /// <summary>The parts of every event.</summary>
    internal EventAnatomy Dissect(SparseEncoding encoding)
    {
        var shared = encoding.Context ?? NeutralContext(encoding);
        return ensemble.Dissect(encoding, Voice(encoding, shared), shared);
    }

    /// <summary>The context of segments about which nothing is known: zeros.</summary>
    /// <returns>(batch, context)</returns>
    public Tensor NeutralContext(SparseEncoding encoding) =>
        zeros(encoding.Values.shape[0], config.ContextSize, dtype: encoding.Values.dtype, device: encoding.Values.device);

    /// <summary>How the events sound: what their channels say, plus their details.</summary>
    /// <param name="encoding">The events.</param>
    /// <param name="context">(batch, context)</param>
    /// <returns>(batch, events, <see cref="VoiceLayout.Count"/>)</returns>
    public Tensor Voice(SparseEncoding encoding, Tensor context)
    {
        using var scope = NewDisposeScope();
        var embedding = voices.Embed(encoding.Channels, encoding.VariantShares);
        var pitches = Grid.PitchOf(encoding.Channels).type_as(encoding.Values) * (2.0 / Grid.Pitches) - 1;
        var voice = voices.Describe(embedding, Level(encoding.Values).unsqueeze(2), pitches.unsqueeze(2), context);
        return (encoding.Details is { } details ? voice + details : voice).MoveToOuterDisposeScope();
    }

    // The pure code is played; what it lacks tells each event how loud it should be and what its details should say.
    private SparseEncoding Revise(SparseEncoding code, Revision revision, Tensor levels, Tensor seen)
    {
        var draft = code with { Details = null, VariantShares = null };
        Tensor missing, draftVoices;
        using (no_grad())
        {
            draftVoices = Voice(draft, draft.Context!);
            var sound = ensemble.Tutti(draft, draftVoices, draft.Context!);
            missing = Revision.Missing(levels, Level(Magnitudes(sound, config.Window)));
        }
        var around = view.Around(missing, Grid.PitchOf(code.Channels), code.Frames);
        var (factors, details) = revision.Events(missing, around, seen, draftVoices, code.Frames);
        return code with
        {
            Values = code.Values * factors,
            Context = code.Context! + revision.Context(missing, code.Context!),
            Details = details is null ? code.Details : code.Details! + details,
        };
    }

    // Full-scale sines read 1, so that a value is an amplitude.
    private Tensor Magnitudes(Tensor audio, int window) =>
        Stft.Magnitude(audio.squeeze(1), window, config.Hop).narrow(2, 0, window / 2) * (4 / Math.Sqrt(window));

    private static Tensor Level(Tensor magnitudes) => (magnitudes.clamp_min(1e-5).log() + 6) / 2;

    // Forward the chosen variant, backward the softmax: the gradient learns what another choice would have done.
    private static Tensor Shares(Tensor scores, Tensor variants)
    {
        var soft = softmax(scores, -1);
        var hard = zeros_like(soft).scatter(2, variants.unsqueeze(2), ones_like(soft));
        return hard + soft - soft.detach();
    }

    private static Tensor EverySecond(Tensor details) =>
        (1 - arange(details.shape[0], details.dtype, details.device).remainder(2)).view(-1, 1, 1);

    private float[,] PitchPlaces()
    {
        var places = new float[Grid.Pitches, 1];
        for (var pitch = 0; pitch < Grid.Pitches; pitch++)
            places[pitch, 0] = (float)(Grid.Hertz(pitch * Grid.Variants) * config.Window / config.SampleRate);
        return places;
    }

    private void Initialise(long seed)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var generator = new Generator((ulong)seed);
        Initialisation.FanIn(this, generator);
        voices.Scatter(generator);
        encoder.OpenGates();
        view.ForgetDetails();
        foreach (var revision in revisions) revision.ChangeNothing();
        ensemble.Noise.Draw(seed);
        ensemble.Room.Dry();
    }
}
