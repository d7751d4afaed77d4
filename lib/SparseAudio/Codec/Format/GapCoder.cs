using System.Numerics;
using SparseAudio.Training;

namespace SparseAudio.Codec.Format;

/// <summary>Numbers from 0 up that are mostly small: their size in bits adapts, and so do the bits below the highest.</summary>
internal sealed class GapCoder
{
    /// <summary>The fewest decisions that a gap takes.</summary>
    public const int LeastDecisions = 5;

    private const int LargestSize = 31;
    private const int AdaptiveBits = 3;
    private readonly SymbolCoder _size = new(LeastDecisions);
    private readonly SymbolCoder[] _rest = [.. Enumerable.Range(0, LargestSize + 1).Select(size => new SymbolCoder(Math.Max(0, size - 1), AdaptiveBits))];

    public void Encode(RangeEncoder encoder, uint gap)
    {
        var size = 32 - BitOperations.LeadingZeroCount(gap);
        _size.Encode(encoder, (uint)size);
        _rest[size].Encode(encoder, size > 0 ? gap & ~(1u << (size - 1)) : 0);
    }

    public uint Decode(RangeDecoder decoder)
    {
        var size = (int)_size.Decode(decoder);
        var rest = _rest[size].Decode(decoder);
        return size > 0 ? 1u << (size - 1) | rest : 0;
    }
}
