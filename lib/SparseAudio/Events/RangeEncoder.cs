namespace SparseAudio.Events;

/// <summary>
/// Arithmetic coding of binary decisions: each costs its surprise, not a whole bit. <see cref="RangeDecoder"/> reads it back.
/// </summary>
internal sealed class RangeEncoder
{
    private const uint Narrow = 1 << 24;
    private readonly List<byte> _bytes = [];
    private ulong _low;
    private uint _range = uint.MaxValue;
    private byte _held;
    private long _pending;
    private bool _started;

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

    /// <summary>Ends the code. Zero bytes at its end are left out; the decoder supplies them.</summary>
    public byte[] Finish()
    {
        _low = (_low + (Narrow - 1)) & ~(ulong)(Narrow - 1);
        for (var i = 0; i < 5; i++) ShiftLow();
        var length = _bytes.Count;
        while (length > 0 && _bytes[length - 1] == 0) length--;
        return [.. _bytes.Take(length)];
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
            if (_started) _bytes.Add((byte)(_held + carry));
            for (; _pending > 0; _pending--) _bytes.Add((byte)(0xFF + carry));
            _held = (byte)(_low >> 24);
            _started = true;
        }
        else
        {
            _pending++;
        }

        _low = (_low & 0x00FFFFFF) << 8;
    }
}
