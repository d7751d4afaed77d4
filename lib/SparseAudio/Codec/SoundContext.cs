using System.Collections.Immutable;

namespace SparseAudio.Codec;

/// <summary>
/// What a segment's events share, from which the model reads the room and part of every event's colour: how much of each
/// channel sounded in it, or, for models whose encoder says it directly, a few numbers. Events that are moved or taken out of
/// their segment keep it, so that they still sound the same.
/// </summary>
public sealed class SoundContext : IEquatable<SoundContext>
{
    /// <summary>Makes a context of the amounts per channel.</summary>
    /// <param name="channels">The channels that sounded, ascending.</param>
    /// <param name="amounts">The sum of each one's amplitudes.</param>
    /// <param name="level">The loudness that encoding evened out: a factor on the sound of all events of the context.</param>
    /// <exception cref="ArgumentException">The lists differ in length, the channels are not ascending, or a number is not finite.</exception>
    public SoundContext(ImmutableArray<int> channels, ImmutableArray<float> amounts, float level = 1)
    {
        if (!float.IsFinite(level)) throw new ArgumentException($"A context's level must be finite, not {level}.");
        if (channels.Length != amounts.Length)
            throw new ArgumentException($"A context needs one amount per channel; it has {channels.Length} channels and {amounts.Length} amounts.");
        for (var i = 0; i < channels.Length; i++)
        {
            if (channels[i] < 0 || (i > 0 && channels[i] <= channels[i - 1]))
                throw new ArgumentException($"A context's channels must ascend from 0; number {i} is {channels[i]}.");
            if (!float.IsFinite(amounts[i])) throw new ArgumentException($"A context's amounts must be finite; number {i} is {amounts[i]}.");
        }

        Channels = channels;
        Amounts = amounts;
        Level = level;
        Numbers = [];
    }

    /// <summary>Makes a context of the numbers that the encoder gave.</summary>
    /// <param name="numbers">As many as the model's context is wide.</param>
    /// <param name="level">The loudness that encoding evened out.</param>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public SoundContext(ImmutableArray<float> numbers, float level = 1) : this([], [], level)
    {
        if (numbers.Any(n => !float.IsFinite(n))) throw new ArgumentException("A context's numbers must be finite.");
        Numbers = numbers;
    }

    /// <summary>The channels that sounded, ascending.</summary>
    public ImmutableArray<int> Channels { get; }

    /// <summary>The sum of each channel's amplitudes, in the order of <see cref="Channels"/>.</summary>
    public ImmutableArray<float> Amounts { get; }

    /// <summary>The loudness that encoding evened out: a factor on the sound of all events of the context.</summary>
    public float Level { get; }

    /// <summary>The encoder's own numbers, for models that have them; otherwise empty.</summary>
    public ImmutableArray<float> Numbers { get; }

    /// <summary>The same context at another level.</summary>
    public SoundContext WithLevel(float level) => Numbers.IsEmpty ? new(Channels, Amounts, level) : new(Numbers, level);

    /// <summary>The context that <paramref name="events"/> make: their amplitudes, summed per channel.</summary>
    public static SoundContext Of(IEnumerable<SoundEvent> events, float level = 1)
    {
        var sums = new SortedDictionary<int, float>();
        foreach (var item in events) sums[item.Channel] = sums.GetValueOrDefault(item.Channel) + item.Amplitude;
        return new SoundContext([.. sums.Keys], [.. sums.Values], level);
    }

    /// <inheritdoc/>
    public bool Equals(SoundContext? other) =>
        other is not null && Level.Equals(other.Level) && Numbers.AsSpan().SequenceEqual(other.Numbers.AsSpan())
        && Channels.AsSpan().SequenceEqual(other.Channels.AsSpan()) && Amounts.AsSpan().SequenceEqual(other.Amounts.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SoundContext);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var channel in Channels) hash.Add(channel);
        foreach (var amount in Amounts) hash.Add(amount);
        foreach (var number in Numbers) hash.Add(number);
        foreach (var number in Numbers) hash.Add(number);
        return hash.ToHashCode();
    }
}
