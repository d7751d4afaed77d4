using System.Numerics;

namespace SparseAudio.Models;

/// <summary>A configuration that no model can be built from.</summary>
/// <param name="field">The field to change, or the part of the text that could not be read.</param>
/// <param name="reason">What is wrong with it and what would be right.</param>
public sealed class ModelConfigException(string field, string reason) : Exception($"Model configuration, {field}: {reason}")
{
    /// <summary>The field to change.</summary>
    public string Field { get; } = field;
}

public sealed partial record ModelConfig
{
    /// <summary>Checks all fields.</summary>
    /// <exception cref="ModelConfigException">Names the first field that does not fit.</exception>
    public void Validate()
    {
        PowerOfTwo(nameof(Samples), Samples, 1024);
        AtLeast(nameof(SampleRate), SampleRate, 1000);
        AtLeast(nameof(Events), Events, 1);
        AtLeast(nameof(Channels), Channels, 1);
        PowerOfTwo(nameof(Hop), Hop, 1);
        Require(nameof(Frames), (long)Frames * Hop == Samples, $"must be Samples / Hop = {Samples / (double)Hop}, not {Frames}.");
        Require(nameof(Events), Events <= (long)Channels * Frames, $"must not exceed Channels * Frames = {(long)Channels * Frames}.");
        PowerOfTwo(nameof(Window), Window, 4);
        AtLeast(nameof(EncoderDepth), EncoderDepth, 1);
        Require(nameof(EncoderDepth), EncoderDepth < 31 && Frames % (1 << EncoderDepth) == 0, $"Frames ({Frames}) cannot be halved {EncoderDepth} times.");
        Share(nameof(EncoderDropout), EncoderDropout);
        Share(nameof(CodeDropout), CodeDropout);
        AtLeast(nameof(RefractoryTaps), RefractoryTaps, 3);
        AtLeast(nameof(EmbeddingSize), EmbeddingSize, 1);
        AtLeast(nameof(ContextSize), ContextSize, 1);
        PowerOfTwo(nameof(ImpulseSamples), ImpulseSamples, Hop);
        Require(nameof(ImpulseSamples), ImpulseSamples <= Samples, "must not exceed Samples.");
        AtLeast(nameof(ImpulseChannels), ImpulseChannels, 1);
        PowerOfTwo(nameof(ImpulseControlFrames), ImpulseControlFrames, 4);
        PowerOfTwo(nameof(NoiseFrames), NoiseFrames, ImpulseControlFrames);
        Require(nameof(NoiseFrames), NoiseFrames <= ImpulseSamples, "must not exceed ImpulseSamples.");
        Require(nameof(Waveforms), Waveforms.Count > 0, "needs at least one waveform.");
        AtLeast(nameof(AtomsPerWaveform), AtomsPerWaveform, 2);
        Require(nameof(LowestHz), LowestHz > 0, "must be above 0 Hz.");
        Require(nameof(HighestHz), HighestHz > LowestHz && HighestHz < SampleRate / 2.0, "must lie between LowestHz and half of SampleRate.");
        PowerOfTwo(nameof(ResonanceWindow), ResonanceWindow, 2 * Hop);
        Require(nameof(ResonanceWindow), ResonanceFrames >= 4, "must leave at least 4 windows in a segment.");
        AtLeast(nameof(FilterChannels), FilterChannels, 1);
        AtLeast(nameof(FilterBands), FilterBands, 2);
        Require(nameof(MomentumBase), MomentumBase >= 0, "must not be negative.");
        Require(nameof(MomentumRange), MomentumRange > 0 && MomentumBase + MomentumRange <= 1, "MomentumBase + MomentumRange must lie in 0…1.");
        AtLeast(nameof(MixChannels), MixChannels, 1);
        AtLeast(nameof(Rooms), Rooms, 1);
        if (PitchedChannels) ValidatePitched();
    }

    private static void Require(string field, bool holds, string reason)
    {
        if (!holds) throw new ModelConfigException(field, reason);
    }

    private static void AtLeast(string field, int value, int least) =>
        Require(field, value >= least, $"must be at least {least}, not {value}.");

    private static void PowerOfTwo(string field, int value, int least) =>
        Require(field, value >= least && BitOperations.IsPow2(value), $"must be a power of two from {least} on, not {value}.");

    private static void Share(string field, double value) =>
        Require(field, value is >= 0 and < 1, $"must be at least 0 and below 1, not {value}.");
}
