namespace SparseAudio.Codec.Format;

/// <summary>The range of numbers that come one by one, for the <see cref="LevelQuantizer"/> that fits them all.</summary>
internal sealed class LevelRange
{
    private float _least = float.MaxValue;
    private float _most;
    private bool _signed;

    public void Add(float number)
    {
        var magnitude = Math.Abs(number);
        _signed |= float.IsNegative(number);
        if (magnitude == 0) return;
        _least = Math.Min(_least, magnitude);
        _most = Math.Max(_most, magnitude);
    }

    public LevelQuantizer Quantizer(int bits) => _most == 0 ? new(bits, 1, 1, _signed) : new(bits, _least, _most, _signed);
}
