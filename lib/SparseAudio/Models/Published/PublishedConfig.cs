using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using SparseAudio.Signal;

namespace SparseAudio.Models.Published;

/// <summary>
/// The published model's configuration. The defaults compute what the published program computes, quirks included; only the noise
/// and the dropout of the code, which it draws anew even outside training, are fixed and off.
/// </summary>
public sealed record PublishedConfig : ModelConfig
{
    private const int MostWaveforms = 16;

    // The sequences that are upsampled begin with so many frames.
    private const int FirstFrames = 4;

    /// <summary>The published numbers.</summary>
    [SetsRequiredMembers]
    public PublishedConfig() => Name = "published";

    /// <inheritdoc/>
    public override string Model => "published";

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

    /// <summary>True, as published: the room is convolved with orthonormal transforms and so sqrt(2 * Samples) times too quiet.</summary>
    public bool OrthonormalRoom { get; init; } = true;

    /// <summary>EmbeddingSize + ContextSize: what is added to every event's embedding, then what chooses the reverb.</summary>
    [JsonIgnore]
    public override int ContextWidth => EmbeddingSize + ContextSize;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool CarriesContext => false;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int DetailSize => 0;

    /// <summary>Overlapping windows of a resonance in a segment.</summary>
    internal int ResonanceFrames => 2 * Samples / ResonanceWindow;

    /// <inheritdoc/>
    internal override long ParameterCount
    {
        get
        {
            static long Upsample(long inputs, long width, long start, long frames, long outputs) =>
                Layer(inputs, start * width) + long.Log2(frames / start) * Stage(width, 4) + Layer(width, outputs, 3);
            static long Stack(long width) => 6 * Layer(width, width);
            var atoms = (long)Waveforms.Count * AtomsPerWaveform;
            return EncoderDepth * (Stage(Bins, 3) + Stage(Bins, 4)) + Layer(Bins, Channels)
                + 2 * Layer(Channels, EmbeddingSize) + 3 * Layer(Channels, ContextSize) + Layer(ContextSize, Channels)
                + Upsample(EmbeddingSize, ImpulseChannels, FirstFrames, ImpulseControlFrames, ImpulseChannels)
                + Upsample(ImpulseChannels, ImpulseChannels, ImpulseControlFrames, NoiseFrames, ImpulseSamples / NoiseFrames + 1)
                + Upsample(EmbeddingSize, FilterChannels, FirstFrames, ResonanceFrames, FilterBands)
                + Layer(EmbeddingSize, atoms) + Layer(EmbeddingSize, ResonanceFrames) + Layer(EmbeddingSize, 1)
                + Layer(EmbeddingSize, MixChannels) + Stack(MixChannels) + 2L * MixChannels + Layer(MixChannels, 3)
                + 2 * Stack(ContextSize) + 2L * ContextSize + Layer(ContextSize, 2) + Layer(ContextSize, Rooms);
        }
    }

    /// <inheritdoc/>
    internal override long TableCount => ((long)Waveforms.Count * AtomsPerWaveform + Rooms) * Samples;

    /// <summary>Reads a configuration from JSON, and checks it.</summary>
    /// <exception cref="ModelConfigException">A field does not exist, or its value does not fit.</exception>
    public static PublishedConfig FromJson(string json) => Parse<PublishedConfig>(json);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Between(nameof(EncoderDepth), EncoderDepth, 1, 16);
        Require(nameof(EncoderDepth), Frames % (1 << EncoderDepth) == 0,
            $"Frames ({Frames}) cannot be halved {EncoderDepth} times.");
        Share(nameof(EncoderDropout), EncoderDropout);
        Share(nameof(CodeDropout), CodeDropout);
        Between(nameof(RefractoryTaps), RefractoryTaps, 3, 1024);
        Require(nameof(RefractoryPower), RefractoryPower is >= 0 and <= 1000, $"must be 0 to 1000, not {RefractoryPower}.");
        Between(nameof(EmbeddingSize), EmbeddingSize, 1, MostChannels);
        PowerOfTwo(nameof(ImpulseSamples), ImpulseSamples, Hop, Samples);
        Between(nameof(ImpulseChannels), ImpulseChannels, 1, MostChannels);
        PowerOfTwo(nameof(ImpulseControlFrames), ImpulseControlFrames, 4, ImpulseSamples);
        PowerOfTwo(nameof(NoiseFrames), NoiseFrames, ImpulseControlFrames, ImpulseSamples);
        Between(nameof(Waveforms), Waveforms.Count, 1, MostWaveforms);
        Between(nameof(AtomsPerWaveform), AtomsPerWaveform, 2, 1 << 16);
        Require(nameof(LowestHz), LowestHz > 0, "must be above 0 Hz.");
        Require(nameof(HighestHz), HighestHz > LowestHz && HighestHz < SampleRate / 2.0, "must lie between LowestHz and half of SampleRate.");
        PowerOfTwo(nameof(ResonanceWindow), ResonanceWindow, 2 * Hop, Samples);
        Require(nameof(ResonanceWindow), ResonanceFrames >= 4, "must leave at least 4 windows in a segment.");
        Between(nameof(FilterChannels), FilterChannels, 1, MostChannels);
        Between(nameof(FilterBands), FilterBands, 2, MostChannels);
        Require(nameof(MomentumBase), MomentumBase >= 0, "must not be negative.");
        Require(nameof(MomentumRange), MomentumRange > 0 && MomentumBase + MomentumRange <= 1, "MomentumBase + MomentumRange must lie in 0…1.");
        Between(nameof(MixChannels), MixChannels, 1, MostChannels);
        LimitNumbers();
    }

    /// <inheritdoc/>
    public bool Equals(PublishedConfig? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();
}
