namespace SparseAudio.Interactive.Pictures;

/// <summary>Colours from nothing (night blue) over violet and orange to most (pale yellow), as in the post's pictures.</summary>
internal sealed class ColorRamp
{
    private static readonly (double At, int Color)[] _scale =
        [(0, 0x0B1030), (0.25, 0x3B1F6E), (0.5, 0xA62D77), (0.75, 0xF07B3F), (0.9, 0xFDC154), (1, 0xFFF4BF)];

    private readonly Func<double, double> _brightness;

    private ColorRamp(Func<double, double> brightness, IReadOnlyList<double> stops)
    {
        _brightness = brightness;
        Stops = [.. stops.Select(at => (at, Color(brightness(at))))];
    }

    /// <summary>Equal steps of the values are equal steps of the colour.</summary>
    public static ColorRamp Even { get; } = new(value => value, [.. _scale.Select(stop => stop.At)]);

    /// <summary>For grids that are nearly all zero: zero is dark, and whatever is not can be told from it at once.</summary>
    public static ColorRamp Sparse { get; } = new(
        value => value <= 0 ? 0 : 0.4 + (0.6 * Math.Sqrt(value)), [0, 1e-6, 0.01, 0.05, 0.15, 0.35, 0.6, 1]);

    /// <summary>The ramp's stops: value from 0 to 1, and colour as 0xRRGGBB.</summary>
    public IReadOnlyList<(double At, int Color)> Stops { get; }

    /// <summary>The colours in 256 steps of brightness.</summary>
    public static IReadOnlyList<int> Palette { get; } = [.. Enumerable.Range(0, 256).Select(step => Color(step / 255.0))];

    /// <summary>A value's place in the palette.</summary>
    public byte Index(double value) => (byte)Math.Round(255 * _brightness(value));

    private static int Color(double brightness)
    {
        var upper = Math.Clamp(_scale.TakeWhile(stop => stop.At < brightness).Count(), 1, _scale.Length - 1);
        var (from, to) = (_scale[upper - 1], _scale[upper]);
        var part = (brightness - from.At) / (to.At - from.At);
        int Mix(int shift) => (int)Math.Round((((from.Color >> shift) & 255) * (1 - part)) + (((to.Color >> shift) & 255) * part));
        return (Mix(16) << 16) | (Mix(8) << 8) | Mix(0);
    }
}
