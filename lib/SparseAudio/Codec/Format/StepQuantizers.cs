using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace SparseAudio.Codec.Format;

/// <summary>Quantises the numbers of a vector, each in equal steps of its own range; 32 bits keep them as they are.</summary>
/// <param name="Bits">Bits of a level, 2 to 16, or 32 for no loss.</param>
/// <param name="Least">A bound below each number.</param>
/// <param name="Most">A bound above each number.</param>
public sealed record StepQuantizers(int Bits, ImmutableArray<float> Least, ImmutableArray<float> Most)
{
    private const int MostNumbers = 512;

    /// <summary>How many numbers the vector has.</summary>
    [JsonIgnore]
    public int Count => Least.Length;

    private uint TopLevel => (1u << Bits) - 1;

    /// <summary>The level of number <paramref name="index"/>.</summary>
    public uint LevelOf(int index, float number)
    {
        if (Bits == CodePrecision.LosslessBits) return BitConverter.SingleToUInt32Bits(number);
        var (least, most) = ((double)Least[index], (double)Most[index]);
        return most <= least ? 0 : (uint)Math.Clamp(Math.Round((number - least) / (most - least) * TopLevel), 0, TopLevel);
    }

    /// <summary>Number <paramref name="index"/> at a level.</summary>
    public float NumberOf(int index, uint level) =>
        Bits == CodePrecision.LosslessBits
            ? BitConverter.UInt32BitsToSingle(level)
            : (float)(Least[index] + ((double)Most[index] - Least[index]) * level / TopLevel);

    /// <summary>Checks what came from a file.</summary>
    /// <exception cref="FormatException">They cannot be the quantisers of a vector.</exception>
    internal void Validate(string name)
    {
        if (!CodePrecision.IsPossible(Bits)) throw new FormatException($"{name} has {Bits} bits; 2 to 16 or 32 are possible");
        if (Least.IsDefaultOrEmpty || Most.IsDefault || Least.Length != Most.Length || Least.Length > MostNumbers)
            throw new FormatException(
                $"{name} has {(Least.IsDefault ? 0 : Least.Length)} lower and {(Most.IsDefault ? 0 : Most.Length)} upper bounds");
        for (var i = 0; i < Count; i++)
        {
            if (!float.IsFinite(Least[i]) || !float.IsFinite(Most[i]) || Most[i] < Least[i])
                throw new FormatException($"{name} ranges from {Least[i]} to {Most[i]}");
        }
    }
}

/// <summary>Collects the range of each number of vectors that come one by one, for the <see cref="StepQuantizers"/> that fit them all.</summary>
internal sealed class StepRanges
{
    private const int DigitsOfBounds = 3;
    private float[] _least = [];
    private float[] _most = [];

    /// <summary>Adds a vector; all have as many numbers as the first.</summary>
    public void Add(ImmutableArray<float> vector)
    {
        if (_least.Length == 0) (_least, _most) = ([.. vector], [.. vector]);
        for (var i = 0; i < vector.Length; i++)
        {
            _least[i] = Math.Min(_least[i], vector[i]);
            _most[i] = Math.Max(_most[i], vector[i]);
        }
    }

    /// <summary>The quantisers; null where the vectors have no numbers.</summary>
    public StepQuantizers? Quantizers(int bits) => _least.Length == 0
        ? null
        : new StepQuantizers(bits, [.. _least.Select(x => Bound(x, Math.Floor))], [.. _most.Select(x => Bound(x, Math.Ceiling))]);

    // Few digits keep the header short; rounded outwards, the range still holds every number.
    private static float Bound(float number, Func<double, double> round)
    {
        if (number == 0) return 0;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs((double)number))) + 1 - DigitsOfBounds);
        return (float)(round(number / unit) * unit);
    }
}
