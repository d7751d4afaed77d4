using System.Numerics;

namespace SparseAudio.Codec.Format;

/// <summary>Numbers below 2^<c>bits</c> as a binary tree of adaptive decisions: the more often a number came, the less it costs.</summary>
internal sealed class SymbolCoder
{
    /// <summary>Longer numbers adapt in their upper bits only.</summary>
    public const int MostAdaptiveBits = 12;
    private readonly int _adaptiveBits;
    private readonly int _directBits;
    private readonly AdaptiveBit[] _tree;

    /// <summary>Prepares for numbers of <paramref name="bits"/> bits (at most 32), of which the upper <paramref name="adaptive"/> adapt.</summary>
    public SymbolCoder(int bits, int adaptive = MostAdaptiveBits)
    {
        _adaptiveBits = Math.Min(bits, adaptive);
        _directBits = bits - _adaptiveBits;
        _tree = new AdaptiveBit[1 << _adaptiveBits];
        Array.Fill(_tree, new AdaptiveBit());
    }

    /// <summary>The number of bits that tell <paramref name="count"/> symbols apart.</summary>
    public static int BitsFor(int count) => count <= 1 ? 0 : 32 - BitOperations.LeadingZeroCount((uint)(count - 1));

    public void Encode(RangeEncoder encoder, uint symbol)
    {
        var node = 1;
        for (var i = _adaptiveBits - 1; i >= 0; i--)
        {
            var bit = (int)(symbol >> (i + _directBits) & 1);
            encoder.Encode(ref _tree[node], bit);
            node = node << 1 | bit;
        }

        encoder.EncodeDirect(symbol, _directBits);
    }

    public uint Decode(RangeDecoder decoder)
    {
        var node = 1;
        for (var i = 0; i < _adaptiveBits; i++) node = node << 1 | decoder.Decode(ref _tree[node]);
        return ((uint)(node - (1 << _adaptiveBits)) << _directBits) | decoder.DecodeDirect(_directBits);
    }
}
