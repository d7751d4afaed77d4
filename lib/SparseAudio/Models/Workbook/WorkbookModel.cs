using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// The workbook's own model. A channel of its code is a pitch and a timbre class; events are found as peaks of the spectrum (as in
/// matching pursuit, Mallat and Zhang 1993), what the decoded draft lacks corrects them (iterative amortised inference, Marino et al.
/// 2018), and a differentiable synthesiser of damped partials and band noise decodes them (as in DDSP, Engel et al. 2020).
/// </summary>
public sealed partial class WorkbookModel : SparseAudioModel
{
    private readonly PitchEncoder encoder;
    private readonly SegmentContext context;
    private readonly LocalFeatures features;
    private readonly ParameterHead parameter_head;
    private readonly ModuleList<ResidualRefiner> refiners;
    private readonly SynthDecoder decoder;
    private readonly Reverb reverb;
    private readonly PitchSpectrum atPitches;

    /// <summary>Builds a model with its untrained start.</summary>
    /// <param name="config">What to build; it is checked first.</param>
    /// <param name="seed">Of the starting values and of the noise.</param>
    /// <param name="device">Device of all parameters; null means the CPU.</param>
    /// <exception cref="ModelConfigException">A field of the configuration does not fit.</exception>
    /// <exception cref="TorchLibraryException">This system cannot load torch.</exception>
    public WorkbookModel(WorkbookConfig config, long seed = 0, Device? device = null) : base(nameof(WorkbookModel), config)
    {
        Config = config;
        var place = device ?? CPU;
        Grid = new PitchGrid(config, place);
        encoder = new PitchEncoder(config.Bins + config.FineWindow / 2, config.EncoderWidth, config.EncoderDepth, Grid.Pitches, place);
        context = new SegmentContext(config, place);
        features = new LocalFeatures(config, Grid, place);
        parameter_head = new ParameterHead(config, place);
        bool TellsDetails(int turn) => config.Detailed && turn == config.Refinements - 1;
        refiners = ModuleList([.. Enumerable.Range(0, config.Refinements).Select(turn => new ResidualRefiner(config, TellsDetails(turn), place))]);
        decoder = new SynthDecoder(config, Grid, place);
        reverb = new Reverb(config, place);
        atPitches = new PitchSpectrum(config, Grid, place);
        RegisterParts();
        Initialise(seed);
    }

    /// <inheritdoc cref="SparseAudioModel.Config"/>
    public new WorkbookConfig Config { get; }

    /// <summary>The pitches of the channels.</summary>
    public PitchGrid Grid { get; }

    /// <summary>The synthesiser's parameters of every event: what the channels say, plus the details.</summary>
    /// <param name="encoding">The events, with a context.</param>
    /// <returns>(batch, events, <see cref="SynthParameters.Count"/>)</returns>
    internal Tensor Parameters(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        var embedding = parameter_head.Embed(encoding.Channels, encoding.VariantShares);
        var pitches = Grid.PitchOf(encoding.Channels).type_as(encoding.Values) * (2.0 / Grid.Pitches) - 1;
        var parameters = parameter_head.Describe(embedding, Level(encoding.Values).unsqueeze(2), pitches.unsqueeze(2), encoding.Context!);
        return (encoding.Details is { } details ? parameters + details : parameters).MoveToOuterDisposeScope();
    }

    /// <summary>The context of segments about which nothing is known: zeros.</summary>
    /// <returns>(batch, context)</returns>
    protected override Tensor DeriveContext(SparseEncoding encoding) =>
        zeros(encoding.Values.shape[0], Config.ContextSize, dtype: encoding.Values.dtype, device: encoding.Values.device);

    /// <inheritdoc/>
    protected override void CopyReverbResponses(Tensor responses) => reverb.SetResponses(responses);

    /// <inheritdoc/>
    public override ChannelMeaning? MeaningOf(int channel) => new ChannelMeaning(Grid.Hertz(channel), channel % Grid.Variants);

    /// <inheritdoc/>
    protected override Tensor SynthesizeEvents(SparseEncoding encoding) => decoder.Events(encoding, Parameters(encoding));

    /// <inheritdoc/>
    protected override Tensor SynthesizeSum(SparseEncoding encoding, Tensor? noiseFloor) => decoder.Sum(encoding, Parameters(encoding), noiseFloor);

    /// <inheritdoc/>
    protected override (Tensor Impulse, Tensor Resonance, Tensor Convolved) SynthesizeParts(SparseEncoding encoding) =>
        decoder.Parts(encoding, Parameters(encoding));

    /// <inheritdoc/>
    protected override Tensor SynthesizeResonances(SparseEncoding encoding) => decoder.Resonances(encoding, Parameters(encoding));

    /// <inheritdoc/>
    protected override Tensor ApplyReverb(Tensor context, Tensor dry) => reverb.forward(context, dry);

    private void Initialise(long seed)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var generator = new Generator((ulong)seed);
        Initialisation.FanIn(this, generator);
        parameter_head.Scatter(generator);
        encoder.OpenGates();
        features.ForgetDetails();
        foreach (var refiner in refiners) refiner.ChangeNothing();
        decoder.Noise.Draw(seed);
        reverb.Dry();
    }
}
