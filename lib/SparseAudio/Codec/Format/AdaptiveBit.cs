namespace SparseAudio.Codec.Format;

/// <summary>The running estimate of how likely one binary decision is to be 0: quick at first, steady later.</summary>
internal struct AdaptiveBit()
{
    /// <summary>Bits of precision of <see cref="ProbabilityOfZero"/>.</summary>
    public const int Precision = 15;

    private const int One = 1 << Precision;
    private const int Margin = One / 32;
    private const int SlowestRate = 60;

    /// <summary>The least that a decision costs, in bits: what 31/32 is worth.</summary>
    public const double LeastCost = 0.0458;

    private int _zero = One / 2;
    private int _seen = 0;

    /// <summary>The probability of a 0 in units of 2^-<see cref="Precision"/>, never closer than 1/32 to certainty.</summary>
    public readonly int ProbabilityOfZero => Math.Clamp(_zero, Margin, One - Margin);

    /// <summary>Learns from one outcome.</summary>
    public void Learn(int bit)
    {
        var target = bit == 0 ? One : 0;
        _zero += (target - _zero) * 5 / (_seen * 5 + 11);
        if (_seen < SlowestRate) _seen++;
    }
}
