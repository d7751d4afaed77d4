namespace SparseAudio.Codec.Format;

/// <summary>Reads what <see cref="RangeEncoder"/> wrote, a chunk at a time; refuses to run past the end.</summary>
internal sealed class RangeDecoder
{
    /// <summary>How many zero bytes the code may need after its end.</summary>
    public const int BytesSupplied = 4;

    private const uint Narrow = 1 << 24;
    private const int ChunkBytes = 1 << 14;
    private readonly CodePayload _payload;
    private readonly byte[] _chunk;
    private int _chunkStart;
    private int _chunkLength;
    private int _position;
    private uint _code;
    private uint _range = uint.MaxValue;

    public RangeDecoder(CodePayload payload)
    {
        _payload = payload;
        _chunk = new byte[Math.Min(ChunkBytes, payload.Length)];
        for (var i = 0; i < 4; i++) _code = _code << 8 | NextByte();
    }

    /// <summary>Whether all bytes were used, as they are after the last decision of an intact code.</summary>
    public bool AtEnd => _position >= _payload.Length;

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
        var at = _position++ - _chunkStart;
        return at < _chunkLength ? _chunk[at] : NextChunk();
    }

    private uint NextChunk()
    {
        var at = _position - 1;
        if (at >= _payload.Length + BytesSupplied) throw new EndOfStreamException("The events end too early.");
        if (at >= _payload.Length) return 0;
        _chunkStart = at;
        _chunkLength = _payload.Read(at, _chunk);
        return _chunk[0];
    }
}
