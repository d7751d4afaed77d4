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
