namespace SparseAudio.Events;

/// <summary>How finely a code file keeps numbers. Cells (which atom, when) are always exact.</summary>
/// <param name="AmplitudeBits">Bits of an amplitude before entropy coding, 2 to 16, or 32 for no loss.</param>
/// <param name="GainBits">Bits of a gain, 2 to 16, or 32 for no loss.</param>
/// <param name="DetailBits">Bits of each detail, 2 to 16, or 32 for no loss.</param>
public sealed record CodePrecision(int AmplitudeBits = 8, int GainBits = 12, int DetailBits = 8)
{
    /// <summary>Everything comes back bit for bit.</summary>
    public static CodePrecision Lossless { get; } = new(32, 32, 32);
}
