using System.Collections.Immutable;

namespace SparseAudio.Codec;

/// <summary>One event: a channel of the encoding that begins to sound at a time with an amplitude, decoded in a context.</summary>
/// <param name="Frame">The frame on the code's absolute time line at which the event begins, from 0.</param>
/// <param name="Channel">The channel of the encoding, 0 to <see cref="CodeLayout.Channels"/> - 1.</param>
/// <param name="Amplitude">The encoder's activation. It also affects the timbre, so change the level with <see cref="Gain"/>.</param>
public sealed record SoundEvent(int Frame, int Channel, float Amplitude)
{
    /// <summary>A factor on the event's sound, 1 as encoded.</summary>
    public float Gain { get; init; } = 1;

    /// <summary>The index of the event's context among the code's contexts.</summary>
    public int Context { get; init; }

    /// <summary>The event's parameters beyond channel, frame and amplitude, for models that have them; otherwise empty.</summary>
    public ImmutableArray<float> Details { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(SoundEvent? other) =>
        other is not null && Frame == other.Frame && Channel == other.Channel && Amplitude.Equals(other.Amplitude)
        && Gain.Equals(other.Gain) && Context == other.Context && Details.AsSpan().SequenceEqual(other.Details.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Frame, Channel, Amplitude, Gain, Context);
}

/// <summary>An event together with its context, for work that goes through a code in order and holds none of it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Context">The context that <see cref="SoundEvent.Context"/> is the index of.</param>
public readonly record struct EventInContext(SoundEvent Event, SoundContext Context);
