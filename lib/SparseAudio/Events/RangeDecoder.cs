namespace SparseAudio.Events;

/// <summary>Reads what <see cref="RangeEncoder"/> wrote; refuses to run past the end.</summary>
internal ref struct RangeDecoder
{
    private const uint Narrow = 1 << 24;
    /// <summary>How many zero bytes the code may need after its end.</summary>
    public const int BytesSupplied = 4;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;
    private uint _code;
    private uint _range;

    public RangeDecoder(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _range = uint.MaxValue;
        for (var i = 0; i < 4; i++) _code = _code << 8 | NextByte();
    }

    /// <summary>Whether all bytes were used, as they are after the last decision of an intact code.</summary>
    public readonly bool AtEnd => _position >= _bytes.Length;

    /// <summary>Reads a decision coded with the estimate <paramref name="model"/>.</summary>
    /// <exception cref="EndOfStreamException">The code ends before its decisions do.</exception>
    public int Decode(ref AdaptiveBit model)
    {
        var bound = (_range >> AdaptiveBit.Precision) * (uint)model.ProbabilityOfZero;
        int bit;
        if (_code < bound)
        {
            _range = bound;
            bit = 0;
        }
        else
        {
            _code -= bound;
            _range -= bound;
            bit = 1;
        }

        model.Learn(bit);
        Normalize();
        return bit;
    }

    /// <summary>Reads <paramref name="count"/> bits that were coded at one bit each.</summary>
    /// <exception cref="EndOfStreamException">The code ends before its decisions do.</exception>
    public uint DecodeDirect(int count)
    {
        uint value = 0;
        for (var i = 0; i < count; i++)
        {
            _range >>= 1;
            var bit = _code >= _range ? 1u : 0u;
            if (bit != 0) _code -= _range;
            value = value << 1 | bit;
            Normalize();
        }

        return value;
    }

    private void Normalize()
    {
        while (_range < Narrow)
        {
            _range <<= 8;
            _code = _code << 8 | NextByte();
        }
    }

    private uint NextByte()
    {
        var at = _position++;
        if (at < _bytes.Length) return _bytes[at];
        if (at >= _bytes.Length + BytesSupplied) throw new EndOfStreamException("The events end too early.");
        return 0;
    }
}
