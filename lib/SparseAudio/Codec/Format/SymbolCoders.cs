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

/// <summary>Codes numbers from 0 up that are mostly small: how many bits they have is adaptive, and so are the bits below the highest.</summary>
internal sealed class GapCoder
{
    /// <summary>The fewest decisions that a gap takes.</summary>
    public const int LeastDecisions = 5;

    private const int LargestSize = 31;
    private const int AdaptiveBits = 3;
    private readonly SymbolCoder _size = new(LeastDecisions);
    private readonly SymbolCoder[] _rest = [
        .. Enumerable.Range(0, LargestSize + 1).Select(size => new SymbolCoder(Math.Max(0, size - 1), AdaptiveBits))];

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

/// <summary>Codes quantised numbers: the level, and the sign where the header says that there are negative ones.</summary>
internal sealed class NumberCoder(LevelQuantizer quantizer)
{
    private readonly SymbolCoder _level = new(quantizer.Bits);
    private AdaptiveBit _sign = new();

    private bool HasSign => quantizer is { Signed: true, IsLossless: false };

    public static NumberCoder? For(LevelQuantizer? quantizer) => quantizer is null ? null : new NumberCoder(quantizer);

    public void Encode(RangeEncoder encoder, float number)
    {
        _level.Encode(encoder, quantizer.LevelOf(number));
        if (HasSign) encoder.Encode(ref _sign, float.IsNegative(number) ? 1 : 0);
    }

    public float Decode(RangeDecoder decoder)
    {
        var number = quantizer.NumberOf(_level.Decode(decoder));
        return HasSign && decoder.Decode(ref _sign) != 0 ? -number : number;
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

    public void Encode(RangeEncoder encoder, int index)
    {
        var kind = index == _used ? Next : index == _before ? Same : Other;
        _kind.Encode(encoder, kind);
        if (kind == Other) _index.Encode(encoder, (uint)index);
        Remember(index);
    }

    public int Decode(RangeDecoder decoder)
    {
        var kind = _kind.Decode(decoder);
        var index = kind == Next ? _used : kind == Same ? _before : (int)_index.Decode(decoder);
        Remember(index);
        return index;
    }

    private void Remember(int index)
    {
        _before = index;
        if (index == _used) _used++;
    }
}
