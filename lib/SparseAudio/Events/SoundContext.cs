using System.Collections.Immutable;

namespace SparseAudio.Events;

/// <summary>
/// What a segment's events share: how much of each atom sounded in it. The model reads the room from it, and part of every
/// event's colour. Events that are moved or taken out of their segment keep it, so that they still sound the same.
/// </summary>
public sealed class SoundContext : IEquatable<SoundContext>
{
    /// <summary>Makes a context of the amounts per atom.</summary>
    /// <param name="atoms">The atoms that sounded, ascending.</param>
    /// <param name="amounts">The sum of each one's amplitudes.</param>
    /// <param name="level">The loudness that encoding evened out: a factor on the sound of all events of the context.</param>
    /// <exception cref="ArgumentException">The lists differ in length, the atoms are not ascending, or a number is not finite.</exception>
    public SoundContext(ImmutableArray<int> atoms, ImmutableArray<float> amounts, float level = 1)
    {
        if (!float.IsFinite(level)) throw new ArgumentException($"A context's level must be finite, not {level}.");
        if (atoms.Length != amounts.Length)
            throw new ArgumentException($"A context needs one amount per atom; it has {atoms.Length} atoms and {amounts.Length} amounts.");
        for (var i = 0; i < atoms.Length; i++)
        {
            if (atoms[i] < 0 || (i > 0 && atoms[i] <= atoms[i - 1]))
                throw new ArgumentException($"A context's atoms must ascend from 0; number {i} is {atoms[i]}.");
            if (!float.IsFinite(amounts[i])) throw new ArgumentException($"A context's amounts must be finite; number {i} is {amounts[i]}.");
        }

        Atoms = atoms;
        Amounts = amounts;
        Level = level;
    }

    /// <summary>The atoms that sounded, ascending.</summary>
    public ImmutableArray<int> Atoms { get; }

    /// <summary>The sum of each atom's amplitudes, in the order of <see cref="Atoms"/>.</summary>
    public ImmutableArray<float> Amounts { get; }

    /// <summary>The loudness that encoding evened out: a factor on the sound of all events of the context.</summary>
    public float Level { get; }

    /// <summary>The context that <paramref name="events"/> make: their amplitudes, summed per atom.</summary>
    public static SoundContext Of(IEnumerable<SoundEvent> events, float level = 1)
    {
        var sums = new SortedDictionary<int, float>();
        foreach (var item in events) sums[item.Atom] = sums.GetValueOrDefault(item.Atom) + item.Amplitude;
        return new SoundContext([.. sums.Keys], [.. sums.Values], level);
    }

    /// <summary>The amounts of all atoms, zero where none sounded: <c>(channels)</c>.</summary>
    public float[] ToDense(int channels)
    {
        var dense = new float[channels];
        for (var i = 0; i < Atoms.Length; i++) dense[Atoms[i]] = Amounts[i];
        return dense;
    }

    /// <inheritdoc/>
    public bool Equals(SoundContext? other) =>
        other is not null && Level.Equals(other.Level) && Atoms.AsSpan().SequenceEqual(other.Atoms.AsSpan()) && Amounts.AsSpan().SequenceEqual(other.Amounts.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SoundContext);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var atom in Atoms) hash.Add(atom);
        foreach (var amount in Amounts) hash.Add(amount);
        return hash.ToHashCode();
    }
}
