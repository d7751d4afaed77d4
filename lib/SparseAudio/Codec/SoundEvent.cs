using System.Collections.Immutable;

namespace SparseAudio.Codec;

/// <summary>One event: an channel struck at a time with an amplitude, heard in a context.</summary>
/// <param name="Frame">When: the frame on the code's absolute time line, from 0.</param>
/// <param name="Channel">What: the channel of the encoding, 0 to <see cref="CodeLayout.Channels"/> - 1.</param>
/// <param name="Amplitude">The encoder's activation; it also colours the sound, so use <see cref="Gain"/> to change the level.</param>
public sealed record SoundEvent(int Frame, int Channel, float Amplitude)
{
    /// <summary>A factor on the event's sound, 1 as encoded.</summary>
    public float Gain { get; init; } = 1;

    /// <summary>Which of the code's contexts the event is heard in.</summary>
    public int Context { get; init; }

    /// <summary>The event's own numbers beyond its cell, for models that have them; else empty.</summary>
    public ImmutableArray<float> Details { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(SoundEvent? other) =>
        other is not null && Frame == other.Frame && Channel == other.Channel && Amplitude.Equals(other.Amplitude)
        && Gain.Equals(other.Gain) && Context == other.Context && Details.AsSpan().SequenceEqual(other.Details.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Frame, Channel, Amplitude, Gain, Context);
}
