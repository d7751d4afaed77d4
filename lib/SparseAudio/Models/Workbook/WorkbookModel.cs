using System.Collections.Immutable;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// The workbook's own model, whose events are notes. A channel of its code is a pitch, a kind and a timbre. A detector finds the notes; where
/// they do not account for the sound, peaks of what they leave become residual events (as in matching pursuit, Mallat and Zhang 1993); what the
/// decoded draft lacks corrects them (iterative amortised inference, Marino et al. 2018), and a differentiable synthesiser of damped partials
/// and band noise decodes them (as in DDSP, Engel et al. 2020).
/// </summary>
public sealed partial class WorkbookModel : SparseAudioModel
{
    private readonly NoteDetector detector;
    private readonly NoteFinder finder;
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
        detector = new NoteDetector(config.Detector, seed, place);
        finder = new NoteFinder(detector, Grid, config);
        features = new LocalFeatures(config, Grid, place);
        parameter_head = new ParameterHead(config, place);
        refiners = ModuleList([.. Enumerable.Range(0, config.Refiners).Select(turn => new ResidualRefiner(config, turn > 0, place))]);
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

    /// <summary>
    /// Takes the weights of a trained note detector over. The loss of the sound does not train them: which notes there are is not for it to say.
    /// </summary>
    /// <param name="trained">A detector of the same configuration.</param>
    /// <exception cref="ArgumentException">It has another configuration.</exception>
    public void SetDetector(NoteDetector trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        if (trained.Config != detector.Config)
            throw new ArgumentException($"The model's detector is {detector.Config}, not {trained.Config}.", nameof(trained));
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        var weights = trained.state_dict();
        foreach (var (name, own) in detector.state_dict()) own.copy_(weights[name]);
    }

    /// <summary>
    /// The synthesiser's parameters of every event: what its channel's voice says, plus the details. How an event deviates from its channel's
    /// pitch and its frame no voice can know; how long it is held the details say alone, where there are any, so that a transposed note keeps
    /// its length.
    /// </summary>
    /// <param name="encoding">The events, with a context.</param>
    /// <returns>(batch, events, <see cref="SynthParameters.Count"/>)</returns>
    internal Tensor Parameters(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        return (encoding.Details is { } details ? Voice(encoding) * decoder.Knots.AddedVoice + details : Voice(encoding)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override DecoderExport ExportDecoder() => DecoderExporter.Of(this);

    /// <inheritdoc/>
    internal override PitchBend? Bend => new PitchBend(SynthParameters.Pitch, Grid.StepOctaves);

    /// <inheritdoc/>
    internal override ImmutableArray<float> ContextAmong(ImmutableArray<float> numbers, int events) =>
        numbers.SetItem(Config.ContextSize, events);

    /// <inheritdoc/>
    internal override Tensor PlainDetails(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        var complete = Complete(encoding) with { Details = null };
        return (Voice(complete) * (1 - decoder.Knots.AddedVoice)).MoveToOuterDisposeScope();
    }

    private Tensor Voice(SparseEncoding encoding)
    {
        var embedding = parameter_head.Embed(encoding.Channels, encoding.VariantShares);
        var pitches = Grid.PitchOf(encoding.Channels).type_as(encoding.Values) * (2.0 / Grid.Pitches) - 1;
        return decoder.Knots.Voice * parameter_head.Describe(
            embedding, Level(encoding.Values).unsqueeze(2), pitches.unsqueeze(2), SegmentContext.NumbersOf(encoding.Context!));
    }

    /// <summary>The context of segments about which nothing is known: zeros.</summary>
    /// <returns>(batch, context)</returns>
    protected override Tensor DeriveContext(SparseEncoding encoding) =>
        zeros(encoding.Values.shape[0], Config.ContextWidth, dtype: encoding.Values.dtype, device: encoding.Values.device);

    /// <inheritdoc/>
    protected override void CopyReverbResponses(Tensor responses) => reverb.SetResponses(responses);

    /// <inheritdoc/>
    public override ChannelMeaning? MeaningOf(int channel) => new ChannelMeaning(Grid.Hertz(channel), channel % Grid.Variants);

    /// <inheritdoc/>
    protected override IReadOnlyList<EventNote> DescribeNotes(SparseEncoding encoding)
    {
        var controls = decoder.Controls(encoding, Parameters(encoding));
        float[] Numbers(Tensor first) => first.narrow(2, 0, 1).flatten().cpu().data<float>().ToArray();
        var (omegas, delays) = (Numbers(controls.Omegas), Numbers(controls.Delays));
        var (lengths, levels) = (Numbers(controls.Lengths), Numbers(controls.Levels));
        var rate = (double)Config.SampleRate;
        return [.. encoding.Channels.flatten().cpu().data<long>().Select((channel, i) => new EventNote(
            Grid.KindOf((int)channel), omegas[i] * rate / (2 * Math.PI), delays[i] / rate, lengths[i] / rate, levels[i]))];
    }

    /// <inheritdoc/>
    protected override Tensor SynthesizeEvents(SparseEncoding encoding) => decoder.Events(encoding, Parameters(encoding));

    /// <inheritdoc/>
    protected override Tensor SynthesizeSum(SparseEncoding encoding, Tensor? noiseFloor) => decoder.Sum(encoding, Parameters(encoding), noiseFloor);

    /// <inheritdoc/>
    protected override (Tensor Impulse, Tensor Resonance, Tensor Convolved) SynthesizeParts(SparseEncoding encoding)
    {
        var (impulse, resonance) = decoder.Parts(encoding, Parameters(encoding));
        return (impulse, resonance, zeros_like(resonance));
    }

    /// <inheritdoc/>
    protected override Tensor SynthesizeResonances(SparseEncoding encoding) => decoder.Parts(encoding, Parameters(encoding)).Resonance;

    /// <inheritdoc/>
    protected override Tensor ApplyReverb(Tensor context, Tensor dry) => reverb.forward(SegmentContext.NumbersOf(context), dry);

    private void Initialise(long seed)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var generator = new Generator((ulong)seed);
        Initialisation.FanIn(this, generator);
        parameter_head.Scatter(generator);
        detector.ExpectSilence();
        encoder.OpenGates();
        features.ForgetDetails();
        foreach (var refiner in refiners) refiner.ChangeNothing();
        decoder.Noise.Draw(seed);
        reverb.Dry();
    }
}
