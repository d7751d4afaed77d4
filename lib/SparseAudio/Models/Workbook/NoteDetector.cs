using SparseAudio.Data.Notes;
using SparseAudio.Signal;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// Finds notes: a small residual network over frames and semitones says where notes begin, where they sound, and how hard they are struck.
/// The form is that of Onsets and Frames (C. Hawthorne et al., ISMIR 2018) on the harmonic input of Deep Salience (R. Bittner et al.,
/// ISMIR 2017), in few weights.
/// </summary>
public sealed class NoteDetector : Module<Tensor, NotePosteriors>
{
    private const int Heads = 3;
    private static readonly long[] _dilations = [1, 2, 1, 4, 1, 8];

    // What sounds an octave, a fifth, a twelfth or two octaves away decides whether a pitch is a note or an overtone, in semitones.
    private static readonly int[] _intervals = [-24, -19, -12, -7, 0, 7, 12, 19, 24];

    /// <summary>How many residual blocks there are.</summary>
    internal static int Blocks => _dilations.Length;

    /// <summary>How many pitches the mixing layer looks at.</summary>
    internal static int Neighbourhood => _intervals.Length;

    /// <summary>Channels that are told of two frames.</summary>
    internal const int Outputs = 2 * Heads;

    private readonly LogSpectrum spectrum;
    private readonly Conv2d input;
    private readonly BatchNorm2d input_norm;
    private readonly Parameter pitch_bias;
    private readonly ModuleList<ResidualBlock> blocks;
    private readonly Conv2d reduce;
    private readonly Conv2d mix;
    private readonly Conv2d head;

    /// <summary>Builds the layers, untrained.</summary>
    /// <param name="config">What to build; it is checked first. Null: the shipped detector's.</param>
    /// <param name="seed">Of the starting values.</param>
    /// <param name="device">Device of all parameters; null means the CPU.</param>
    /// <exception cref="ModelConfigException">A field of the configuration does not fit.</exception>
    /// <exception cref="TorchLibraryException">This system cannot load torch.</exception>
    public NoteDetector(NoteDetectorConfig? config = null, long seed = 0, Device? device = null) : base(TorchLibrary.RequireFor(nameof(NoteDetector)))
    {
        Config = config ?? new NoteDetectorConfig();
        Config.Validate();
        var (width, place) = (Config.Width, device ?? CPU);
        spectrum = new LogSpectrum(Config.SampleRate, place);
        input = Conv2d(LogSpectrum.Channels, width, (4, 1), stride: (2, 1), padding: (1, 0), device: place);
        input_norm = BatchNorm2d(width, device: place);
        pitch_bias = Parameter(zeros([1, width, 1, NoteTargets.Pitches], device: place));
        blocks = ModuleList([.. _dilations.Select(dilation => new ResidualBlock(width, dilation, place))]);
        reduce = Conv2d(width, width / 4, 1, device: place);
        mix = Conv2d(width / 4 * _intervals.Length, width, 1, device: place);
        head = Conv2d(width, Outputs, 1, device: place);
        RegisterComponents();
        foreach (var parameter in parameters()) parameter.DetachFromDisposeScope();
        foreach (var buffer in buffers()) buffer.DetachFromDisposeScope();
        Initialise(seed);
    }

    /// <summary>The detector's configuration.</summary>
    public NoteDetectorConfig Config { get; }

    /// <summary>Samples that a piece of audio must be a multiple of.</summary>
    public const int Multiple = 2 * NoteTargets.Hop;

    /// <summary>The posteriors of every frame and pitch.</summary>
    /// <param name="audio">(batch, samples), a multiple of <see cref="Multiple"/>; the highest sample should be about 1.</param>
    /// <returns>Each (batch, samples / 256, <see cref="NoteTargets.Pitches"/>).</returns>
    public override NotePosteriors forward(Tensor audio)
    {
        audio.RequireReal([TensorGuard.Any, TensorGuard.Any], head.weight);
        if (audio.shape[1] % Multiple != 0)
            throw new ArgumentException($"The audio's length must be a multiple of {Multiple}, not {audio.shape[1]}.", nameof(audio));
        using var scope = NewDisposeScope();
        return OfSpectra(spectrum.Of(audio)).MoveToOuterDisposeScope();
    }

    /// <summary>The log spectra that the network sees, (batch, 2, frames, bins).</summary>
    internal Tensor Spectra(Tensor audio) => spectrum.Of(audio);

    /// <summary>The posteriors of log spectra (batch, 2, frames, bins), as training augments them.</summary>
    internal NotePosteriors OfSpectra(Tensor spectra)
    {
        using var scope = NewDisposeScope();
        var joined = PaddedConvolution.Forward(input, LogSpectrum.Harmonics(spectra));
        var hidden = relu(input_norm.forward(joined + pitch_bias));  // (batch, width, frames / 2, pitches)
        for (var i = 0; i < blocks.Count; i++)
        {
            if (i == blocks.Count / 2) hidden = hidden + relu(mix.forward(Neighbours(reduce.forward(hidden))));
            hidden = blocks[i].forward(hidden);
        }

        // Two frames are told by two channels: (batch, heads, 2, frames / 2, pitches) to (batch, heads, frames, pitches).
        var told = head.forward(hidden).unflatten(1, [Heads, 2]).transpose(2, 3).flatten(2, 3);
        return new NotePosteriors(told.select(1, 0), told.select(1, 1), told.select(1, 2)).MoveToOuterDisposeScope();
    }

    private static Tensor Neighbours(Tensor reduced)
    {
        var reach = _intervals[^1];
        var padded = pad(reduced, (reach, reach));
        return cat([.. _intervals.Select(interval => padded.narrow(3, reach + interval, NoteTargets.Pitches))], 1);
    }

    private void Initialise(long seed)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var generator = new Generator((ulong)seed);
        Initialisation.FanIn(this, generator);
        ExpectSilence();
    }

    /// <summary>The untrained start: onsets are rare, and so are sounding notes; without this the first steps do nothing but learn that.</summary>
    internal void ExpectSilence() => head.bias!.copy_(tensor(new[] { -4f, -4, -2.5f, -2.5f, 0, 0 }, device: CPU));

    // A convolution over frames and pitches, added to what came in.
    private sealed class ResidualBlock : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv;
        private readonly BatchNorm2d norm;

        public ResidualBlock(int width, long dilation, Device device) : base(nameof(ResidualBlock))
        {
            conv = Conv2d(width, width, (3, 3), padding: (dilation, 1), dilation: (dilation, 1), device: device);
            norm = BatchNorm2d(width, device: device);
            RegisterComponents();
        }

        public override Tensor forward(Tensor hidden)
        {
            using var scope = NewDisposeScope();
            return (hidden + relu(norm.forward(PaddedConvolution.Forward(conv, hidden)))).MoveToOuterDisposeScope();
        }
    }
}

/// <summary>What a <see cref="NoteDetector"/> says of every frame and pitch, before the sigmoid; each (batch, frames, pitches).</summary>
public sealed class NotePosteriors
{
    internal NotePosteriors(Tensor onsets, Tensor activity, Tensor velocities) => (Onsets, Activity, Velocities) = (onsets, activity, velocities);

    /// <summary>Whether a note begins.</summary>
    public Tensor Onsets { get; }

    /// <summary>Whether a note sounds.</summary>
    public Tensor Activity { get; }

    /// <summary>How hard a note that begins here is struck.</summary>
    public Tensor Velocities { get; }

    /// <summary>Hands all tensors to the dispose scope around the current one.</summary>
    public NotePosteriors MoveToOuterDisposeScope()
    {
        foreach (var tensor in (Tensor[])[Onsets, Activity, Velocities]) tensor.MoveToOuterDisposeScope();
        return this;
    }
}
