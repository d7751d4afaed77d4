using System.Text.Json.Serialization;

namespace SparseAudio.Codec.Format;

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
