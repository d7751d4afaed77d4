using SparseAudio.Signal;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>The parameters of events in physical units, each of the shape (batch, events, n); times are in samples.</summary>
internal sealed class SynthControls
{
    private const double HighestShare = 0.47;

    /// <summary>Converts parameters.</summary>
    /// <param name="parameters">(batch, events, <see cref="SynthParameters.Count"/>)</param>
    /// <param name="fundamentals">(batch, events) in hertz, of the events' channels.</param>
    /// <param name="encoding">The events.</param>
    /// <param name="grid">The grid of pitches.</param>
    /// <param name="partials">The shapes of the four waveforms.</param>
    /// <param name="config">Hop and sample rate.</param>
    public SynthControls(
        Tensor parameters, Tensor fundamentals, SparseEncoding encoding, PitchGrid grid, PartialShapes partials, WorkbookConfig config)
    {
        Tensor Part(long start, long length) => parameters.narrow(2, start, length);
        double rate = config.SampleRate;
        var shares = softmax(Part(SynthParameters.Waveforms, PartialShapes.Waveforms) + partials.Start, -1);
        var shape = shares.matmul(partials.Amplitudes);  // (batch, events, partials)
        var decays = Range(Part(SynthParameters.Decays, PartialShapes.Waveforms) + 0.5, 0.010, 300);
        // A partial dies as fast as the waveforms that it is made of, in proportion.
        Rates = (shares / decays).matmul(partials.Amplitudes) / (shape + 1e-4) / rate;

        var bend = (Part(SynthParameters.Pitch, 1).tanh() * (grid.StepOctaves * Math.Log(2))).exp();
        Omegas = partials.Numbers * (fundamentals.unsqueeze(2) * bend) * (2 * Math.PI / rate);
        // The phase runs with the segment's time: events of one pitch add up instead of cancelling by chance.
        var cycles = partials.Numbers * fundamentals.unsqueeze(2) * (encoding.Frames.unsqueeze(2) * config.Hop / rate);
        Phases = cycles.remainder(1) * (2 * Math.PI);

        Levels = (encoding.Loudness * Part(SynthParameters.Level, 1).squeeze(2).clamp(-6, 4).exp()).unsqueeze(2);
        var formants = Part(SynthParameters.Formants, 3).clamp(-4, 4).matmul(partials.Formants).exp();
        var audible = ((HighestShare - Omegas / (2 * Math.PI)) * 200).sigmoid();
        Amplitudes = Levels * shape * formants * audible;
        Attacks = Range(Part(SynthParameters.Attack, 1), 0.001, 200) * rate;
        BandGains = (Part(SynthParameters.Bands, SynthParameters.BandCount) - 3.5).clamp(-10, 3).exp();
        NoiseDecays = Range(Part(SynthParameters.NoiseDecay, 1), 0.005, 300) * rate;
        Strikes = (Part(SynthParameters.Strike, 1) - 2).sigmoid();
    }

    /// <summary>Loudness of the whole event (1 number).</summary>
    public Tensor Levels { get; }

    /// <summary>Amplitude of each partial.</summary>
    public Tensor Amplitudes { get; }

    /// <summary>Decay of each partial per sample.</summary>
    public Tensor Rates { get; }

    /// <summary>Angle of each partial per sample.</summary>
    public Tensor Omegas { get; }

    /// <summary>Angle of each partial at the event's start.</summary>
    public Tensor Phases { get; }

    /// <summary>Time constant of the swelling (1 number).</summary>
    public Tensor Attacks { get; }

    /// <summary>Gains of the impulse's bands, relative to the level.</summary>
    public Tensor BandGains { get; }

    /// <summary>Time constant of the impulse (1 number).</summary>
    public Tensor NoiseDecays { get; }

    /// <summary>How strongly the impulse excites the resonance (1 number).</summary>
    public Tensor Strikes { get; }

    private static Tensor Range(Tensor raw, double least, double ratio) => (raw.sigmoid() * Math.Log(ratio)).exp() * least;
}

/// <summary>
/// The numbers that describe how one event sounds, before they are squashed to physical ranges: the length of a voice,
/// and of an event's details, which are added to it.
/// </summary>
public static class SynthParameters
{
    /// <summary>Log loudness.</summary>
    public const int Level = 0;

    /// <summary>Deviation from the channel's pitch, within one step of the grid.</summary>
    public const int Pitch = 1;

    /// <summary>First of the log shares of sine, sawtooth, square and triangle.</summary>
    public const int Waveforms = 2;

    /// <summary>First of the decay times of the four waveforms, 10 ms to 3 s.</summary>
    public const int Decays = 6;

    /// <summary>How long the event swells, 1 to 200 ms.</summary>
    public const int Attack = 10;

    /// <summary>First of the log gains of the impulse's noise bands.</summary>
    public const int Bands = 11;

    /// <summary>Number of noise bands.</summary>
    public const int BandCount = 16;

    /// <summary>Decay time of the impulse, 5 ms to 1.5 s.</summary>
    public const int NoiseDecay = 27;

    /// <summary>First of the log gains of partial 2, partials 3 and 4, and all above.</summary>
    public const int Formants = 28;

    /// <summary>How strongly the impulse excites the resonance.</summary>
    public const int Strike = 31;

    /// <summary>How many numbers there are.</summary>
    public const int Count = 32;
}

/// <summary>The four waveforms as sums of partials, so that no partial reaches half the sample rate: nothing aliases.</summary>
internal sealed class PartialShapes
{
    /// <summary>Sine, sawtooth, square, triangle.</summary>
    public const int Waveforms = 4;

    /// <summary>Makes the tables.</summary>
    /// <param name="count">How many partials.</param>
    /// <param name="device">Device of the tables.</param>
    public PartialShapes(int count, Device device)
    {
        var numbers = Enumerable.Range(1, count).Select(k => (float)k).ToArray();
        Tensor Table(params Func<float, float>[] rows) =>
            tensor([.. rows.SelectMany(row => numbers.Select(row))], [rows.Length, count], device: CPU).IntoTorchMemory(device)
                .DetachFromDisposeScope();
        Numbers = Table(k => k).squeeze(0).DetachFromDisposeScope();
        Amplitudes = Table(k => k == 1 ? 1 : 0, k => 1 / k, k => k % 2 == 1 ? 1 / k : 0, k => k % 2 == 1 ? 1 / (k * k) : 0);
        Formants = Table(k => k == 2 ? 1 : 0, k => k is 3 or 4 ? 1 : 0, k => k > 4 ? 1 : 0);
        // A square wave starts rarer than the others.
        Start = tensor(new float[] { 1, 1, 0, 1 }, device: device).DetachFromDisposeScope();
    }

    /// <summary>1, 2, 3, … (partials)</summary>
    public Tensor Numbers { get; }

    /// <summary>(waveforms, partials)</summary>
    public Tensor Amplitudes { get; }

    /// <summary>Which partials each of the three formant gains belongs to, (3, partials).</summary>
    public Tensor Formants { get; }

    /// <summary>Log shares of the waveforms before anything is learned.</summary>
    public Tensor Start { get; }
}
