using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace SparseAudio.Codec.Format;

/// <summary>Quantises the numbers of a vector, each in equal steps of its own range; 32 bits keep them as they are.</summary>
/// <param name="Bits">Bits of a level, 2 to 16, or 32 for no loss.</param>
/// <param name="Least">A bound below each number.</param>
/// <param name="Most">A bound above each number.</param>
public sealed record StepQuantizers(int Bits, ImmutableArray<float> Least, ImmutableArray<float> Most)
{

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
        if (Least.IsDefaultOrEmpty || Most.IsDefault || Least.Length != Most.Length || Least.Length > CodeRules.MostNumbers)
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

/// <summary>
/// Quantises numbers in equal ratios, so that the relative error is the same for every number; 32 bits keep them as they are.
/// </summary>
/// <param name="Bits">Bits of a level, 2 to 16, or 32 for no loss.</param>
/// <param name="Least">The smallest magnitude that is not zero.</param>
/// <param name="Most">The largest magnitude.</param>
/// <param name="Signed">Whether any number is negative.</param>
public sealed record LevelQuantizer(int Bits, float Least, float Most, bool Signed)
{
    /// <summary>Whether numbers come back bit for bit.</summary>
    [JsonIgnore]
    public bool IsLossless => Bits == CodePrecision.LosslessBits;

    /// <summary>The largest relative error of a quantised number, as a fraction.</summary>
    [JsonIgnore]
    public double RelativeError => IsLossless || Most <= Least ? 0 : Math.Pow((double)Most / Least, 0.5 / TopStep) - 1;

    private int TopStep => (1 << Bits) - 2;

    /// <summary>The level of a number's magnitude; 0 is zero.</summary>
    public uint LevelOf(float number)
    {
        if (IsLossless) return BitConverter.SingleToUInt32Bits(number);
        var magnitude = Math.Abs(number);
        if (magnitude == 0) return 0;
        if (Most <= Least) return 1;
        return 1 + (uint)Math.Clamp(Math.Round(Math.Log((double)magnitude / Least) / Math.Log((double)Most / Least) * TopStep), 0, TopStep);
    }

    /// <summary>The magnitude of a level; the number itself when nothing is lost.</summary>
    public float NumberOf(uint level)
    {
        if (IsLossless) return BitConverter.UInt32BitsToSingle(level);
        return level == 0 ? 0 : (float)(Least * Math.Pow((double)Most / Least, (double)(level - 1) / TopStep));
    }

    /// <summary>Checks numbers that came from a file.</summary>
    /// <exception cref="FormatException">They cannot be a quantiser's.</exception>
    internal void Validate(string name)
    {
        if (!CodePrecision.IsPossible(Bits)) throw new FormatException($"{name} has {Bits} bits; 2 to 16 or 32 are possible");
        if (!float.IsFinite(Least) || !float.IsFinite(Most) || Least <= 0 || Most < Least)
            throw new FormatException($"{name} ranges from {Least} to {Most}");
    }
}

/// <summary>Collects the range of numbers that come one by one, for the <see cref="LevelQuantizer"/> that fits them all.</summary>
internal sealed class LevelRange
{
    private float _least = float.MaxValue;
    private float _most;
    private bool _signed;

    public void Add(float number)
    {
        var magnitude = Math.Abs(number);
        _signed |= float.IsNegative(number);
        if (magnitude == 0) return;
        _least = Math.Min(_least, magnitude);
        _most = Math.Max(_most, magnitude);
    }

    public LevelQuantizer Quantizer(int bits) => _most == 0 ? new(bits, 1, 1, _signed) : new(bits, _least, _most, _signed);
}
