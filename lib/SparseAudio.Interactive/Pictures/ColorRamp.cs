namespace SparseAudio.Interactive.Pictures;

/// <summary>Colours from nothing (night blue) over violet and orange to most (pale yellow), as in the post's pictures.</summary>
internal static class ColorRamp
{
    /// <summary>The ramp's stops: place from 0 to 1, and colour as 0xRRGGBB.</summary>
    public static readonly IReadOnlyList<(double At, int Color)> Stops =
        [(0, 0x0B1030), (0.25, 0x3B1F6E), (0.5, 0xA62D77), (0.75, 0xF07B3F), (0.9, 0xFDC154), (1, 0xFFF4BF)];

    /// <summary>The ramp in 256 steps.</summary>
    public static readonly IReadOnlyList<int> Palette = [.. Enumerable.Range(0, 256).Select(step => At(step / 255.0))];

    private static int At(double place)
    {
        int upper = Math.Max(1, Stops.TakeWhile(stop => stop.At < place).Count());
        var (from, to) = (Stops[upper - 1], Stops[upper]);
        double part = (place - from.At) / (to.At - from.At);
        int Mix(int shift) => (int)Math.Round((((from.Color >> shift) & 255) * (1 - part)) + (((to.Color >> shift) & 255) * part));
        return (Mix(16) << 16) | (Mix(8) << 8) | Mix(0);
    }
}
