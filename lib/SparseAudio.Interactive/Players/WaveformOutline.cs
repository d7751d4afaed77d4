using System.Globalization;
using System.Text;

namespace SparseAudio.Interactive.Players;

/// <summary>The highest and lowest sample of each of a row of equal stretches.</summary>
internal static class WaveformOutline
{
    /// <summary>At most <paramref name="columns"/> pairs of (lowest, highest).</summary>
    public static (float Low, float High)[] Columns(ReadOnlySpan<float> samples, int columns)
    {
        var outline = new (float Low, float High)[Math.Min(columns, samples.Length)];
        for (var i = 0; i < outline.Length; i++)
        {
            int start = (int)((long)samples.Length * i / outline.Length), end = (int)((long)samples.Length * (i + 1) / outline.Length);
            var (low, high) = (float.MaxValue, float.MinValue);
            foreach (var sample in samples[start..end])
                (low, high) = (Math.Min(low, sample), Math.Max(high, sample));

            outline[i] = (low, high);
        }

        return outline;
    }

    /// <summary>A closed SVG path, 100 units high, one unit a column; the peak reaches the edge.</summary>
    public static string SvgPath(ReadOnlySpan<float> samples, int columns, float peak)
    {
        var outline = Columns(samples, columns);
        var scale = peak > 0 ? 48 / peak : 0;
        var path = new StringBuilder("M0 50");
        for (var i = 0; i < outline.Length; i++)
            Line(path, i, 49.5f - (scale * outline[i].High));

        for (var i = outline.Length - 1; i >= 0; i--)
            Line(path, i, 50.5f - (scale * outline[i].Low));

        return path.Append('Z').ToString();
    }

    private static void Line(StringBuilder path, int x, float y) => path.Append(CultureInfo.InvariantCulture, $"L{x} {y:0.#}");
}
