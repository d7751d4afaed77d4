using System.Collections.Immutable;

namespace SparseAudio.Codec.Format;

/// <summary>The ranges of a row's numbers, rows coming one by one, for the <see cref="StepQuantizers"/> that fit them all.</summary>
internal sealed class StepRanges
{
    private const int DigitsOfBounds = 3;
    private float[] _least = [];
    private float[] _most = [];

    /// <summary>Takes a row; all have as many numbers as the first.</summary>
    public void Add(ImmutableArray<float> row)
    {
        if (_least.Length == 0) (_least, _most) = ([.. row], [.. row]);
        for (var i = 0; i < row.Length; i++)
        {
            _least[i] = Math.Min(_least[i], row[i]);
            _most[i] = Math.Max(_most[i], row[i]);
        }
    }

    /// <summary>The quantisers; null where rows have no numbers.</summary>
    public StepQuantizers? Quantizers(int bits) => _least.Length == 0
        ? null
        : new StepQuantizers(bits, [.. _least.Select(x => Bound(x, Math.Floor))], [.. _most.Select(x => Bound(x, Math.Ceiling))]);

    // Few digits keep the header short; rounded outwards, the range still holds every number.
    private static float Bound(float number, Func<double, double> round)
    {
        if (number == 0) return 0;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs((double)number))) + 1 - DigitsOfBounds);
        return (float)(round(number / unit) * unit);
    }
}
