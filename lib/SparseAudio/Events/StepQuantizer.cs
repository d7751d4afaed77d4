namespace SparseAudio.Events;

/// <summary>Numbers of one kind as whole levels with equal steps; 32 bits keep them as they are.</summary>
/// <param name="Bits">Bits of a level, 2 to 16, or 32 for no loss.</param>
/// <param name="Least">The smallest number.</param>
/// <param name="Most">The largest number.</param>
public sealed record StepQuantizer(int Bits, float Least, float Most)
{
    private const int LosslessBits = 32;

    /// <summary>The largest error of a number that went through.</summary>
    public double Error => Bits == LosslessBits ? 0 : ((double)Most - Least) / TopLevel / 2;

    private uint TopLevel => (1u << Bits) - 1;

    /// <summary>A quantiser that fits <paramref name="numbers"/>.</summary>
    public static StepQuantizer For(IEnumerable<float> numbers, int bits)
    {
        if (bits is < 2 or > 16 and not LosslessBits)
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "Details take 2 to 16 bits, or 32 for no loss.");
        var (least, most) = (float.MaxValue, float.MinValue);
        foreach (var number in numbers) (least, most) = (Math.Min(least, number), Math.Max(most, number));
        return least > most ? new StepQuantizer(bits, 0, 0) : new StepQuantizer(bits, least, most);
    }

    /// <summary>The level of a number.</summary>
    public uint LevelOf(float number)
    {
        if (Bits == LosslessBits) return BitConverter.SingleToUInt32Bits(number);
        return Most <= Least ? 0 : (uint)Math.Clamp(Math.Round(((double)number - Least) / ((double)Most - Least) * TopLevel), 0, TopLevel);
    }

    /// <summary>The number of a level.</summary>
    public float NumberOf(uint level) =>
        Bits == LosslessBits ? BitConverter.UInt32BitsToSingle(level) : (float)(Least + ((double)Most - Least) * level / TopLevel);

    /// <summary>Checks numbers that came from a file.</summary>
    /// <exception cref="FormatException">They cannot be a quantiser's.</exception>
    internal void Validate()
    {
        if (Bits is < 2 or > 16 and not LosslessBits) throw new FormatException($"a detail has {Bits} bits; 2 to 16 or 32 are possible");
        if (!float.IsFinite(Least) || !float.IsFinite(Most) || Most < Least) throw new FormatException($"a detail ranges from {Least} to {Most}");
    }
}
