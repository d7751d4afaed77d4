using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// The model with pitches: <see cref="Encode"/> finds the events of a segment, the ensemble plays them.
/// </summary>
public sealed partial class PitchedModel : Module
{
    private readonly PitchEncoder encoder;
    private readonly SegmentContext context;
    private readonly LocalView view;
    private readonly Voices voices;
    private readonly ModuleList<Revision> revisions;
    private readonly Ensemble ensemble;
    private readonly PitchSpectrum atPitches;
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
        atPitches = new PitchSpectrum(config, Grid, device);
        RegisterComponents();
        Initialise(seed);
    }

    /// <summary>What the channels mean.</summary>
    public PitchGrid Grid { get; }

    /// <summary>What plays the events.</summary>
    public Ensemble Ensemble => ensemble;

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
    /// <param name="steady">(batch, 1, line): how much of the steady tone is heard when, on a line that goes on after the segment; null: all of it, in the segment alone.</param>
    /// <returns>(batch, 1, samples), or (batch, 1, line)</returns>
    public Tensor DecodeSum(SparseEncoding encoding, Tensor? steady = null)
    {
        using var scope = NewDisposeScope();
        var shared = encoding.Context ?? NeutralContext(encoding);
        return ensemble.Tutti(encoding, Voice(encoding, shared), shared, steady).MoveToOuterDisposeScope();
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
