namespace SparseAudio.Codec.Format;

/// <summary>How finely a code file keeps numbers. Channels and frames are always exact.</summary>
/// <param name="AmplitudeBits">Bits of an amplitude before entropy coding, 2 to 16, or 32 for no loss.</param>
/// <param name="GainBits">Bits of a gain, 2 to 16, or 32 for no loss.</param>
/// <param name="DetailBits">Bits of each detail, 2 to 16, or 32 for no loss.</param>
public sealed record CodePrecision(int AmplitudeBits = 8, int GainBits = 12, int DetailBits = 8)
{
    internal const int LosslessBits = 32;

    /// <summary>Everything comes back bit for bit.</summary>
    public static CodePrecision Lossless { get; } = new(LosslessBits, LosslessBits, LosslessBits);

    /// <summary>Whether a number can be kept in so many bits.</summary>
    internal static bool IsPossible(int bits) => bits is (>= 2 and <= 16) or LosslessBits;

    /// <summary>Checks all three.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not possible; the message names it.</exception>
    internal void Validate()
    {
        Check(AmplitudeBits, nameof(AmplitudeBits), "Amplitudes");
        Check(GainBits, nameof(GainBits), "Gains");
        Check(DetailBits, nameof(DetailBits), "Details");
    }

    private static void Check(int bits, string name, string what)
    {
        if (!IsPossible(bits)) throw new ArgumentOutOfRangeException(name, bits, $"{what} take 2 to 16 bits, or 32 for no loss.");
    }
}
