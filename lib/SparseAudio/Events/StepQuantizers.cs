using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace SparseAudio.Events;

/// <summary>A row of numbers, each with its own range, as whole levels with equal steps; 32 bits keep them as they are.</summary>
/// <param name="Bits">Bits of a level, 2 to 16, or 32 for no loss.</param>
/// <param name="Least">A bound below each number.</param>
/// <param name="Most">A bound above each number.</param>
public sealed record StepQuantizers(int Bits, ImmutableArray<float> Least, ImmutableArray<float> Most)
{
    private const int LosslessBits = 32;
    private const int MostNumbers = 512;
    private const int DigitsOfBounds = 3;

    /// <summary>How many numbers a row has.</summary>
    [JsonIgnore]
    public int Count => Least.Length;

    private uint TopLevel => (1u << Bits) - 1;

    /// <summary>Quantisers that fit <paramref name="rows"/>, all of <paramref name="count"/> numbers.</summary>
    public static StepQuantizers For(IReadOnlyList<ImmutableArray<float>> rows, int count, int bits)
    {
        if (bits is < 2 or > 16 and not LosslessBits)
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "Details take 2 to 16 bits, or 32 for no loss.");
        var columns = Enumerable.Range(0, count);
        return new StepQuantizers(
            bits, [.. columns.Select(i => Bound(rows.Min(r => r[i]), Math.Floor))], [.. columns.Select(i => Bound(rows.Max(r => r[i]), Math.Ceiling))]);
    }

    /// <summary>The largest error of number <paramref name="index"/> after it went through.</summary>
    public double ErrorOf(int index) => Bits == LosslessBits ? 0 : ((double)Most[index] - Least[index]) / TopLevel / 2;

    /// <summary>The level of number <paramref name="index"/>.</summary>
    public uint LevelOf(int index, float number)
    {
        if (Bits == LosslessBits) return BitConverter.SingleToUInt32Bits(number);
        var (least, most) = ((double)Least[index], (double)Most[index]);
        return most <= least ? 0 : (uint)Math.Clamp(Math.Round((number - least) / (most - least) * TopLevel), 0, TopLevel);
    }

    /// <summary>Number <paramref name="index"/> at a level.</summary>
    public float NumberOf(int index, uint level) =>
        Bits == LosslessBits ? BitConverter.UInt32BitsToSingle(level) : (float)(Least[index] + ((double)Most[index] - Least[index]) * level / TopLevel);

    /// <summary>Checks what came from a file.</summary>
    /// <exception cref="FormatException">It cannot be a row's quantisers.</exception>
    internal void Validate(string name)
    {
        if (Bits is < 2 or > 16 and not LosslessBits) throw new FormatException($"{name} has {Bits} bits; 2 to 16 or 32 are possible");
        if (Least.IsDefaultOrEmpty || Most.IsDefault || Least.Length != Most.Length || Least.Length > MostNumbers)
            throw new FormatException($"{name} has {(Least.IsDefault ? 0 : Least.Length)} lower and {(Most.IsDefault ? 0 : Most.Length)} upper bounds");
        for (var i = 0; i < Count; i++)
        {
            if (!float.IsFinite(Least[i]) || !float.IsFinite(Most[i]) || Most[i] < Least[i])
                throw new FormatException($"{name} ranges from {Least[i]} to {Most[i]}");
        }
    }

    // Few digits keep the header short; rounded outwards, the range still holds every number.
    private static float Bound(float number, Func<double, double> round)
    {
        if (number == 0) return 0;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs((double)number))) + 1 - DigitsOfBounds);
        return (float)(round(number / unit) * unit);
    }
}
