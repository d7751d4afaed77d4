using System.Globalization;

namespace SparseAudio.Interactive.Pictures;

/// <summary>One axis of a picture.</summary>
/// <param name="Title">What it measures, with its unit.</param>
/// <param name="Min">Value at the left or lower end.</param>
/// <param name="Max">Value at the right or upper end.</param>
/// <param name="IsLog">Equal steps are equal factors; the ends must be above 0.</param>
internal sealed record Axis(string Title, double Min, double Max, bool IsLog = false)
{
    /// <summary>Covers all values, with a little room.</summary>
    public static Axis Around(string title, IEnumerable<double> values, bool isLog = false)
    {
        var finite = values.Where(value => double.IsFinite(value) && (!isLog || value > 0)).DefaultIfEmpty(1).ToList();
        var (min, max) = (finite.Min(), finite.Max());
        if (isLog)
            return new Axis(title, min / 1.1, max * 1.1, isLog);

        var room = max > min ? 0.04 * (max - min) : Math.Max(1e-9, 0.1 * Math.Abs(max));
        return new Axis(title, min - room, max + room);
    }

    /// <summary>Where a value lies, from 0 to 1.</summary>
    public double Place(double value) => IsLog
        ? Math.Log(Math.Max(value, Min) / Min) / Math.Log(Max / Min)
        : (value - Min) / (Max - Min);

    /// <summary>Round values along the axis, about five.</summary>
    public IReadOnlyList<double> Ticks()
    {
        if (IsLog && Max / Min > 8)
        {
            var decades = Enumerable.Range(-12, 25).Select(power => Math.Pow(10, power));
            return [.. decades.SelectMany(decade => new[] { decade, 2 * decade, 5 * decade }).Where(tick => tick >= Min && tick <= Max)];
        }

        double rough = (Max - Min) / 5, unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = unit * new[] { 1, 2, 5, 10 }.First(factor => factor * unit >= rough * 0.999);
        var first = (long)Math.Ceiling(Min / step);
        var count = (int)((long)Math.Floor(Max / step) - first + 1);
        return [.. Enumerable.Range(0, count).Select(i => (first + i) * step)];
    }

    /// <summary>A tick's label.</summary>
    public static string Label(double tick) => Math.Abs(tick) >= 10000
        ? (tick / 1000).ToString("0.#", CultureInfo.InvariantCulture) + "k"
        : tick.ToString("0.####", CultureInfo.InvariantCulture);
}
