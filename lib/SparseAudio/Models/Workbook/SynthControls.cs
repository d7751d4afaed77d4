using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>The parameters of events in physical units, each of the shape (batch, events, n); times are in samples.</summary>
internal sealed class SynthControls
{
    private const double HighestShare = 0.47;
    private const double MostInharmonicity = 1e-3;

    /// <summary>Converts parameters.</summary>
    /// <param name="parameters">(batch, events, <see cref="SynthParameters.Count"/>)</param>
    /// <param name="encoding">The events.</param>
    /// <param name="grid">The grid of pitches, and what its variants mean.</param>
    /// <param name="knots">How few numbers tell all partials and bands.</param>
    /// <param name="config">Hop and sample rate.</param>
    public SynthControls(Tensor parameters, SparseEncoding encoding, PitchGrid grid, SynthKnots knots, WorkbookConfig config)
    {
        Tensor Part(long start, long length = 1) => parameters.narrow(2, start, length);
        var rate = SampleRate = config.SampleRate;
        var fundamentals = grid.FrequenciesOf(grid.PitchOf(encoding.Channels)).unsqueeze(2);
        var bend = (Part(SynthParameters.Pitch).tanh() * (grid.StepOctaves * Math.Log(2))).exp();
        var stiffness = (Part(SynthParameters.Inharmonicity) - 4).sigmoid() * MostInharmonicity;
        var stretch = (stiffness * knots.Numbers.square() + 1).sqrt();
        Omegas = knots.Numbers * stretch * (fundamentals * bend) * (2 * Math.PI / rate);
        // The phase runs with the segment's time: events of one pitch add up instead of cancelling by chance.
        var cycles = knots.Numbers * fundamentals * (encoding.Frames.unsqueeze(2) * config.Hop / rate);
        Phases = cycles.remainder(1) * (2 * Math.PI);

        Continues = grid.Continues(encoding.Channels).unsqueeze(2);
        var residual = grid.IsResidual(encoding.Channels).unsqueeze(2);
        Levels = (encoding.Loudness * Part(SynthParameters.Level).squeeze(2).clamp(-6, 4).exp()).unsqueeze(2);
        var told = Part(SynthParameters.Amplitudes, SynthParameters.AmplitudeKnots.Count) + knots.StartOf(residual);
        var audible = ((HighestShare - Omegas / (2 * Math.PI)) * 200).sigmoid();
        Amplitudes = Levels * told.matmul(knots.Amplitudes).clamp(-10, 2).exp() * audible;
        Rates = 1 / (LogRange.Decay.Of(Part(SynthParameters.Decays, SynthParameters.DecayKnots.Count)).log().matmul(knots.Decays).exp() * rate);
        Delays = Part(SynthParameters.Delay).tanh() * (MostDelay * config.Hop);
        Attacks = LogRange.Attack.Of(Part(SynthParameters.Attack)) * rate;
        Swells = Part(SynthParameters.Swell).tanh() * 0.95;
        SwellTimes = LogRange.SwellTime.Of(Part(SynthParameters.SwellTime)) * rate;
        Lengths = LogRange.Length.Of(Part(SynthParameters.Length)) * rate;
        Releases = LogRange.Release.Of(Part(SynthParameters.Release)) * rate;
        BandGains = (Part(SynthParameters.Noise, SynthParameters.NoiseKnots).matmul(knots.Bands) - 3.5).clamp(-10, 3).exp();
        NoiseDecays = LogRange.NoiseDecay.Of(Part(SynthParameters.NoiseDecay)) * rate;
    }

    /// <summary>The largest delay in frames.</summary>
    public const double MostDelay = 1.5;

    /// <summary>Samples a second.</summary>
    public double SampleRate { get; }

    /// <summary>1 where an event goes on from the segment before: it has no beginning (1 number).</summary>
    public Tensor Continues { get; }

    /// <summary>Loudness of the whole event (1 number).</summary>
    public Tensor Levels { get; }

    /// <summary>Amplitude of each partial.</summary>
    public Tensor Amplitudes { get; }

    /// <summary>Decay of each partial per sample.</summary>
    public Tensor Rates { get; }

    /// <summary>Angle of each partial per sample.</summary>
    public Tensor Omegas { get; }

    /// <summary>Angle of each partial at the event's frame.</summary>
    public Tensor Phases { get; }

    /// <summary>From the event's frame to its beginning (1 number).</summary>
    public Tensor Delays { get; }

    /// <summary>How long it takes to begin (1 number).</summary>
    public Tensor Attacks { get; }

    /// <summary>By which share it grows after its beginning (1 number).</summary>
    public Tensor Swells { get; }

    /// <summary>Time constant of the swelling (1 number).</summary>
    public Tensor SwellTimes { get; }

    /// <summary>From the beginning to where it ends (1 number).</summary>
    public Tensor Lengths { get; }

    /// <summary>How long it takes to end (1 number).</summary>
    public Tensor Releases { get; }

    /// <summary>Gains of the impulse's bands, relative to the level.</summary>
    public Tensor BandGains { get; }

    /// <summary>Time constant of the impulse (1 number).</summary>
    public Tensor NoiseDecays { get; }
}

/// <summary>How a few numbers tell the amplitudes and decays of all partials and the gains of all bands: by interpolation between knots.</summary>
internal sealed class SynthKnots
{
    private const float ResidualStart = -4;
    private readonly Tensor residualStart;

    /// <summary>Makes the tables.</summary>
    /// <param name="partials">How many partials.</param>
    /// <param name="device">Device of the tables.</param>
    public SynthKnots(int partials, Device device)
    {
        var knots = SynthParameters.AmplitudeKnots;
        Tensor Table(double[] places, double[] at) => tensor(Interpolation(places, at), [places.Length, at.Length], device: CPU)
            .IntoTorchMemory(device).DetachFromDisposeScope();
        double[] Logs(IEnumerable<int> numbers) => [.. numbers.Select(number => Math.Log(number))];
        var numbers = Enumerable.Range(1, partials).ToArray();
        Numbers = tensor([.. numbers.Select(number => (float)number)], device: CPU).IntoTorchMemory(device).DetachFromDisposeScope();
        Amplitudes = Table(Logs(knots), Logs(numbers));
        Decays = Table(Logs(SynthParameters.DecayKnots), Logs(numbers));
        var step = (SynthParameters.BandCount - 1.0) / (SynthParameters.NoiseKnots - 1);
        Bands = Table(
            [.. Enumerable.Range(0, SynthParameters.NoiseKnots).Select(knot => knot * step)],
            [.. Enumerable.Range(0, SynthParameters.BandCount).Select(band => (double)band)]);
        Start = tensor([.. knots.Select(number => -MathF.Log(number))], device: device).DetachFromDisposeScope();
        Voice = AllBut(device, SynthParameters.Pitch, SynthParameters.Delay);
        AddedVoice = AllBut(device, SynthParameters.Pitch, SynthParameters.Delay, SynthParameters.Length);
        residualStart = tensor([.. knots.Select(number => number == 1 ? 0f : ResidualStart)], device: device).DetachFromDisposeScope();
    }

    /// <summary>Log amplitudes of a note's knots before anything is learned: those of a sawtooth.</summary>
    public Tensor Start { get; }

    /// <summary>1 for every parameter that a channel's voice tells.</summary>
    public Tensor Voice { get; }

    /// <summary>1 for every parameter that a channel's voice tells and to which details are added.</summary>
    public Tensor AddedVoice { get; }

    /// <summary>1, 2, 3, … (partials)</summary>
    public Tensor Numbers { get; }

    /// <summary>(amplitude knots, partials)</summary>
    public Tensor Amplitudes { get; }

    /// <summary>(decay knots, partials)</summary>
    public Tensor Decays { get; }

    /// <summary>(noise knots, bands)</summary>
    public Tensor Bands { get; }

    /// <summary>Log amplitudes of the knots before anything is learned: a sawtooth's, or of a residual event, nearly a sine's.</summary>
    /// <param name="residual">(batch, events, 1): 1 for residual events.</param>
    /// <returns>(batch, events, knots)</returns>
    public Tensor StartOf(Tensor residual) => Start + residual * residualStart;

    private static Tensor AllBut(Device device, params int[] parameters) => tensor(
        [.. Enumerable.Range(0, SynthParameters.Count).Select(i => parameters.Contains(i) ? 0f : 1)], device: device).DetachFromDisposeScope();

    // (places, at): the shares that each place has in the values at other places, linear in between, held beyond the ends.
    private static float[] Interpolation(double[] places, double[] at)
    {
        var shares = new float[places.Length * at.Length];
        for (var column = 0; column < at.Length; column++)
        {
            var place = Math.Clamp(at[column], places[0], places[^1]);
            var upper = Math.Max(1, Array.FindIndex(places, p => p >= place));
            var share = (float)((place - places[upper - 1]) / (places[upper] - places[upper - 1]));
            (shares[(upper - 1) * at.Length + column], shares[upper * at.Length + column]) = (1 - share, share);
        }

        return shares;
    }
}
