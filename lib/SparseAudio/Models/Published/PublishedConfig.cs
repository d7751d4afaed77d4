using System.Text.Json.Serialization;
using SparseAudio.Signal;

namespace SparseAudio.Models;

/// <summary>
/// Everything that decides what a model is. The defaults are the published model's numbers; start from a preset and
/// change fields with <c>with</c>.
/// </summary>
public sealed partial record ModelConfig
{
    /// <summary>The published model, computed as published, quirks included; noise and dropout of the code are off.</summary>
    public static ModelConfig Published { get; } = new();

    /// <summary>The preset this configuration comes from.</summary>
    public string Name { get; init; } = "published";

    /// <summary>Samples in a segment.</summary>
    public int Samples { get; init; } = 32768;

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; init; } = 22050;

    /// <summary>Events that are kept of a segment.</summary>
    public int Events { get; init; } = 64;

    /// <summary>Channels of the code: how many different kinds of event there are.</summary>
    public int Channels { get; init; } = 4096;

    /// <summary>Frames of the code in a segment; Samples / Hop.</summary>
    public int Frames { get; init; } = 128;

    /// <summary>Samples from one frame of the code to the next.</summary>
    public int Hop { get; init; } = 256;

    /// <summary>Samples in a window of the encoder's spectrogram; its bins, Nyquist left out, are half as many.</summary>
    public int Window { get; init; } = 2048;

    /// <summary>How often the encoder halves the time axis.</summary>
    public int EncoderDepth { get; init; } = 5;

    /// <summary>Share of each encoder stage's inputs that is dropped in training mode.</summary>
    public double EncoderDropout { get; init; } = 0.1;

    /// <summary>Share of the code's cells that is dropped in every mode. The published program drops 0.05, even outside training.</summary>
    public double CodeDropout { get; init; }

    /// <summary>True: new noise for every impulse each time, as the published program does; false: noise fixed by the seed.</summary>
    public bool FreshNoise { get; init; }

    /// <summary>Length of the filter that keeps a channel from sounding twice in a row.</summary>
    public int RefractoryTaps { get; init; } = 8;

    /// <summary>How steeply that filter falls.</summary>
    public double RefractoryPower { get; init; } = 10;

    /// <summary>Size of the vector from which one event is generated.</summary>
    public int EmbeddingSize { get; init; } = 256;

    /// <summary>Size of the vector from which the room is chosen.</summary>
    public int ContextSize { get; init; } = 16;

    /// <summary>Samples of an impulse.</summary>
    public int ImpulseSamples { get; init; } = 4096;

    /// <summary>Channels of the layers that shape the impulse.</summary>
    public int ImpulseChannels { get; init; } = 128;

    /// <summary>Length of the impulse's control sequence: 4 times a power of two.</summary>
    public int ImpulseControlFrames { get; init; } = 16;

    /// <summary>Frames in which the impulse's noise is filtered: ImpulseControlFrames times a power of two.</summary>
    public int NoiseFrames { get; init; } = 256;

    /// <summary>The shapes from which resonances are mixed, in the published order.</summary>
    public IReadOnlyList<Waveform> Waveforms { get; init; } = [Waveform.Sawtooth, Waveform.Square, Waveform.Triangle];

    /// <summary>Fundamental frequencies of each waveform.</summary>
    public int AtomsPerWaveform { get; init; } = 341;

    /// <summary>Lowest fundamental frequency in hertz.</summary>
    public double LowestHz { get; init; } = 40;

    /// <summary>Highest fundamental frequency in hertz.</summary>
    public double HighestHz { get; init; } = 4000;

    /// <summary>Samples of a window of the resonance; neighbouring windows overlap by half.</summary>
    public int ResonanceWindow { get; init; } = 1024;

    /// <summary>Channels of the layers that shape the resonance's filters.</summary>
    public int FilterChannels { get; init; } = 64;

    /// <summary>Points of a filter curve before it is interpolated.</summary>
    public int FilterBands { get; init; } = 32;

    /// <summary>The smallest factor by which a resonance fades from window to window.</summary>
    public double MomentumBase { get; init; } = 0.02;

    /// <summary>How much larger than MomentumBase the factor can be.</summary>
    public double MomentumRange { get; init; } = 0.931;

    /// <summary>Channels of the layers that weigh impulse, convolution and resonance.</summary>
    public int MixChannels { get; init; } = 128;

    /// <summary>True: those layers are used; false, as published: the three are simply added.</summary>
    public bool LearnedMix { get; init; }

    /// <summary>Room impulse responses; the published program takes as many as it finds files.</summary>
    public int Rooms { get; init; } = 6;

    /// <summary>True, as published: the room is convolved with orthonormal transforms and so sqrt(2 * Samples) times too quiet.</summary>
    public bool OrthonormalRoom { get; init; } = true;

    /// <summary>Width of <see cref="SparseEncoding.Context"/>: EmbeddingSize + ContextSize, or ContextSize where channels have pitches.</summary>
    [JsonIgnore]
    public int ContextWidth => PitchedChannels ? ContextSize : EmbeddingSize + ContextSize;

    /// <summary>Bins of the encoder's spectrogram.</summary>
    internal int Bins => Window / 2;

    /// <summary>Overlapping windows of a resonance in a segment.</summary>
    internal int ResonanceFrames => 2 * Samples / ResonanceWindow;
}
