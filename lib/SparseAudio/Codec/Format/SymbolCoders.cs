using System.Numerics;

namespace SparseAudio.Codec.Format;

/// <summary>
/// Codes numbers below 2^<c>bits</c> as a binary tree of adaptive decisions: the more often a number came, the fewer bits it takes.
/// </summary>
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

    /// <summary>Writes a number, or reads one; returns it.</summary>
    public uint Code(IRangeCoder coder, uint symbol)
    {
        var node = 1;
        for (var i = _adaptiveBits - 1; i >= 0; i--)
            node = node << 1 | coder.Code(ref _tree[node], (int)(symbol >> (i + _directBits) & 1));
        return (uint)(node - (1 << _adaptiveBits)) << _directBits | coder.CodeDirect(symbol & (uint)((1UL << _directBits) - 1), _directBits);
    }
}

/// <summary>Codes numbers from 0 up that are mostly small: how many bits they have is adaptive, and so are the bits below the highest.</summary>
internal sealed class GapCoder
{
    /// <summary>The fewest decisions that a gap takes.</summary>
    public const int LeastDecisions = 5;

    private const int LargestSize = 31;
    private const int AdaptiveBits = 3;
    private readonly SymbolCoder _size = new(LeastDecisions);
    private readonly SymbolCoder?[] _rest = new SymbolCoder?[LargestSize + 1];

    /// <summary>Writes a number below 2^31, or reads one; returns it.</summary>
    public uint Code(IRangeCoder coder, uint gap)
    {
        var size = (int)_size.Code(coder, (uint)(32 - BitOperations.LeadingZeroCount(gap)));
        if (size <= 1) return (uint)size;
        var highest = 1u << (size - 1);
        return highest | (_rest[size] ??= new SymbolCoder(size - 1, AdaptiveBits)).Code(coder, gap & ~highest);
    }
}

/// <summary>Codes the index of each event's context: mostly that of the event before, or the first that is not yet used.</summary>
internal sealed class ContextIndexCoder
{
    private const uint Same = 0;
    private const uint Next = 1;
    private const uint Other = 2;
    private readonly SymbolCoder _kind = new(2);
    private readonly GapCoder _index = new();
    private int _before;
    private int _used;

    /// <summary>Writes an index, or reads one; returns it.</summary>
    public int Code(IRangeCoder coder, int index)
    {
        var kind = _kind.Code(coder, index == _used ? Next : index == _before ? Same : Other);
        index = kind == Next ? _used : kind == Same ? _before : (int)_index.Code(coder, (uint)index);
        _before = index;
        if (index == _used) _used++;
        return index;
    }
}

/// <summary>Signed numbers as numbers from 0 up, the small ones first.</summary>
internal static class ZigZag
{
    /// <summary>0, −1, 1, −2 … as 0, 1, 2, 3 ….</summary>
    public static uint Of(int number) => (uint)((number << 1) ^ (number >> 31));

    /// <summary>The number that <see cref="Of"/> was given.</summary>
    public static int Back(uint code) => (int)(code >> 1) ^ -(int)(code & 1);
}
