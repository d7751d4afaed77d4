namespace SparseAudio.Codec.Format;

/// <summary>
/// Arithmetic coding of binary decisions: each costs its surprise, not a whole bit. <see cref="RangeDecoder"/> reads it back.
/// </summary>
internal sealed class RangeEncoder(Stream output)
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

    /// <summary>Codes a decision with the estimate <paramref name="model"/>, which learns from it.</summary>
    public void Encode(ref AdaptiveBit model, int bit)
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
    }

    /// <summary>Codes the low <paramref name="count"/> bits of <paramref name="value"/> at one bit each.</summary>
    public void EncodeDirect(uint value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            _range >>= 1;
            if ((value >> i & 1) != 0) _low += _range;
            Normalize();
        }
    }

    /// <summary>Ends the code. Of the zero bytes at its end as many are left out as the decoder supplies.</summary>
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

    // A carry may still run through the bytes that are all ones, so they wait with the one before them.
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

    // Zeros wait until something follows them.
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
