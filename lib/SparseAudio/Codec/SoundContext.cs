using System.Collections.Immutable;

namespace SparseAudio.Codec;

/// <summary>
/// What the events of a segment share: the model computes the reverb and part of every event's timbre from it. It is either
/// the sum of amplitudes in each channel, or, for models whose encoder computes a context, that vector. Events that are moved
/// or taken out of their segment keep their context, so that they still sound the same.
/// </summary>
public sealed class SoundContext : IEquatable<SoundContext>
{
    /// <summary>Makes a context of the amounts per channel.</summary>
    /// <param name="channels">The channels that have events, ascending.</param>
    /// <param name="amounts">The sum of each channel's amplitudes.</param>
    /// <param name="level">The factor that encoding divided the segment by, applied to the sound of all events of the context.</param>
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

        (Channels, Amounts, Level, Numbers) = (channels, amounts, level, []);
    }

    /// <summary>Makes a context of the vector that the encoder computed.</summary>
    /// <param name="numbers">As many numbers as the model's context is wide.</param>
    /// <param name="level">The factor that encoding divided the segment by.</param>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public SoundContext(ImmutableArray<float> numbers, float level = 1) : this([], [], level)
    {
        if (numbers.Any(n => !float.IsFinite(n))) throw new ArgumentException("A context's numbers must be finite.");
        Numbers = numbers;
    }

    /// <summary>The channels that have events, ascending.</summary>
    public ImmutableArray<int> Channels { get; }

    /// <summary>The sum of each channel's amplitudes, in the order of <see cref="Channels"/>.</summary>
    public ImmutableArray<float> Amounts { get; }

    /// <summary>The factor that encoding divided the segment by, applied to the sound of all events of the context.</summary>
    public float Level { get; }

    /// <summary>The vector that the encoder computed, for models that have one; otherwise empty.</summary>
    public ImmutableArray<float> Numbers { get; }

    /// <summary>The same context at another level.</summary>
    public SoundContext WithLevel(float level) => Numbers.IsEmpty ? new(Channels, Amounts, level) : new(Numbers, level);

    /// <summary>The context that <paramref name="events"/> make: their amplitudes, summed per channel in the order given.</summary>
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
        hash.Add(Level);
        foreach (var channel in Channels) hash.Add(channel);
        foreach (var amount in Amounts) hash.Add(amount);
        foreach (var number in Numbers) hash.Add(number);
        return hash.ToHashCode();
    }
}

/// <summary>Contexts in the order in which they first come, each once.</summary>
internal sealed class DistinctContexts
{
    private readonly Dictionary<SoundContext, int> _indices = [];
    private readonly List<SoundContext> _contexts = [];

    public IReadOnlyList<SoundContext> All => _contexts;

    /// <summary>The index of a context; a new one gets the next.</summary>
    public int IndexOf(SoundContext context)
    {
        if (_indices.TryGetValue(context, out var index)) return index;
        _contexts.Add(context);
        return _indices[context] = _contexts.Count - 1;
    }
}
