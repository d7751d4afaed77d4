namespace SparseAudio.Codec.Format;

/// <summary>
/// The running estimate of how likely one binary decision is to be 0. It moves toward each outcome by a share that falls with
/// the number of outcomes seen, so that it adapts fast at first and is steady later.
/// </summary>
internal struct AdaptiveBit()
{
    /// <summary>Bits of precision of <see cref="ProbabilityOfZero"/>.</summary>
    public const int Precision = 15;

    private const int One = 1 << Precision;
    private const int Margin = One / 128;
    private const int SlowestRate = 60;

    /// <summary>The least that a decision costs, in bits: what 127/128 is worth.</summary>
    public const double LeastCost = 0.0113;

    private int _zero = One / 2;
    private int _seen = 0;

    /// <summary>The probability of a 0 in units of 2^-<see cref="Precision"/>, never closer than 1/128 to certainty.</summary>
    public readonly int ProbabilityOfZero => Math.Clamp(_zero, Margin, One - Margin);

    /// <summary>Learns from one outcome.</summary>
    public void Learn(int bit)
    {
        var target = bit == 0 ? One : 0;
        _zero += (target - _zero) * 5 / (_seen * 5 + 11);
        if (_seen < SlowestRate) _seen++;
    }
}

/// <summary>
/// Writes or reads decisions by the same calls, so that one method describes a format for both: an encoder takes what is given, a decoder
/// ignores it; both return what is coded.
/// </summary>
internal interface IRangeCoder
{
    /// <summary>Codes a decision with the estimate <paramref name="model"/>, which learns from it.</summary>
    int Code(ref AdaptiveBit model, int bit);

    /// <summary>Codes the low <paramref name="count"/> bits of a number at one bit each.</summary>
    uint CodeDirect(uint value, int count);
}

/// <summary>
/// Arithmetic coding of binary decisions: a decision of probability p costs -log2(p) bits. This is the range coder of LZMA
/// (low, range and a held byte that waits for a carry). <see cref="RangeDecoder"/> reads it back.
/// </summary>
internal sealed class RangeEncoder(Stream output) : IRangeCoder
{
    private const uint Narrow = 1 << 24;
    private ulong _low;
    private uint _range = uint.MaxValue;
    private byte _held;
    private long _pending;
    private long _zeros;
    private bool _started;

    /// <summary>How many bytes the code takes so far.</summary>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public int Code(ref AdaptiveBit model, int bit)
    {
        var bound = (_range >> AdaptiveBit.Precision) * (uint)model.ProbabilityOfZero;
        if (bit == 0)
        {
            _range = bound;
        }
        else
        {
            _low += bound;
            _range -= bound;
        }

        model.Learn(bit);
        Normalize();
        return bit;
    }

    /// <inheritdoc/>
    public uint CodeDirect(uint value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            _range >>= 1;
            if ((value >> i & 1) != 0) _low += _range;
            Normalize();
        }

        return value;
    }

    /// <summary>Ends the code. It leaves out as many of the zero bytes at the end as the decoder supplies.</summary>
    public void Finish()
    {
        _low = (_low + (Narrow - 1)) & ~(ulong)(Narrow - 1);
        for (var i = 0; i < 5; i++) ShiftLow();
        PutZeros(_zeros - RangeDecoder.BytesSupplied);
    }

    private void Normalize()
    {
        while (_range < Narrow)
        {
            _range <<= 8;
            ShiftLow();
        }
    }

    // A carry may still run through bytes of all ones, so they are held back with the one before them.
    private void ShiftLow()
    {
        var carry = (byte)(_low >> 32);
        if ((uint)_low < 0xFF000000 || carry != 0)
        {
            if (_started) Put((byte)(_held + carry));
            for (; _pending > 0; _pending--) Put((byte)(0xFF + carry));
            _held = (byte)(_low >> 24);
            _started = true;
        }
        else
        {
            _pending++;
        }

        _low = (_low & 0x00FFFFFF) << 8;
    }

    // Zeros are held back until another byte follows them.
    private void Put(byte item)
    {
        if (item == 0)
        {
            _zeros++;
            return;
        }

        PutZeros(_zeros);
        _zeros = 0;
        output.WriteByte(item);
        Length++;
    }

    private void PutZeros(long count)
    {
        for (; count > 0; count--)
        {
            output.WriteByte(0);
            Length++;
        }
    }
}

/// <summary>Reads what <see cref="RangeEncoder"/> wrote, a chunk at a time, and never past the end.</summary>
internal sealed class RangeDecoder : IRangeCoder
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

    /// <inheritdoc/>
    /// <exception cref="EndOfStreamException">The code ends before its decisions do.</exception>
    public int Code(ref AdaptiveBit model, int bit)
    {
        var bound = (_range >> AdaptiveBit.Precision) * (uint)model.ProbabilityOfZero;
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

    /// <inheritdoc/>
    /// <exception cref="EndOfStreamException">The code ends before its decisions do.</exception>
    public uint CodeDirect(uint value, int count)
    {
        value = 0;
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
