namespace SparseAudio.Codec.Format;

/// <summary>Quantised numbers as decisions: the level, and the sign where the header says that there are negative ones.</summary>
internal sealed class NumberCoder(LevelQuantizer quantizer)
{
    private readonly SymbolCoder _level = new(quantizer.Bits);
    private AdaptiveBit _sign = new();

    private bool HasSign => quantizer is { Signed: true, IsLossless: false };

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
