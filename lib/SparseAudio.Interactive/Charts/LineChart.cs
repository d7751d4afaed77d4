using Plotly.NET;
using Plotly.NET.CSharp;
using SparseAudio.Interactive.Pictures;
using Chart = Plotly.NET.CSharp.Chart;

namespace SparseAudio.Interactive.Charts;

/// <summary>One or several lines over one axis.</summary>
internal static class LineChart
{
    private const double WhiskerWidth = 3, WhiskerOpacity = 0.35;

    public static Figure Draw(string title, IReadOnlyList<Series> series, string xTitle, string yTitle, bool isLog = false, int height = 300)
    {
        var lines = series.Select((line, index) => Chart.Scatter<double, double, string>(
            line.Points.Select(point => Rounded.Significant(point.X)),
            line.Points.Select(point => Rounded.Significant(point.Y)),
            StyleParam.Mode.Lines,
            Name: line.Name,
            Opacity: line.Opacity,
            LineColor: Color.fromHex(Palette.OfSeries(index)),
            LineWidth: 1.5,
            UseDefaults: false));
        var chart = Chart.Combine(lines.Concat(series.Select(Whiskers).OfType<GenericChart>()))
            .WithXAxisStyle<double, double, string>(TitleText: xTitle)
            .WithYAxisStyle<double, double, string>(
                TitleText: yTitle, AxisType: isLog ? StyleParam.AxisType.Log : default(Optional<StyleParam.AxisType>));
        return new Figure(title, chart, Picture(series, xTitle, yTitle, isLog, height), height);
    }

    /// <summary>The picture alone.</summary>
    public static string Picture(IReadOnlyList<Series> series, string xTitle, string yTitle, bool isLog, int height)
    {
        List<(double X, double Y)> points = [.. series.SelectMany(line => line.Points), .. series.SelectMany(Ends)];
        var picture = new SvgPicture(
            Axis.Around(xTitle, points.Select(point => point.X)), Axis.Around(yTitle, points.Select(point => point.Y), isLog), height);
        for (var i = 0; i < series.Count; i++)
        {
            picture.Line(series[i].Points, Palette.OfSeries(i), series[i].Opacity);
            foreach (var ((x, _), (low, high)) in series[i].Points.Zip(series[i].Intervals ?? []))
                picture.Line([(x, low), (x, high)], Palette.OfSeries(i), WhiskerOpacity, WhiskerWidth);
            if (series.Count > 1)
                picture.Legend(series[i].Name, Palette.OfSeries(i));
        }

        return picture.DataUri();
    }

    private static IEnumerable<(double X, double Y)> Ends(Series series) => series.Points.Zip(series.Intervals ?? []).SelectMany(
        pair => new[] { (pair.First.X, pair.Second.Low), (pair.First.X, pair.Second.High) });

    // One line for all intervals of a series, with a gap after each: plotly.js draws none to what is not a number.
    private static GenericChart? Whiskers(Series series, int index) => series.Intervals is not { } intervals
        ? null
        : Chart.Scatter<double, double, string>(
            series.Points.SelectMany(point => Enumerable.Repeat(Rounded.Significant(point.X), 3)),
            intervals.SelectMany(interval => new[] { Rounded.Significant(interval.Low), Rounded.Significant(interval.High), double.NaN }),
            StyleParam.Mode.Lines,
            Name: $"{series.Name}, 95 % interval",
            ShowLegend: false,
            Opacity: WhiskerOpacity,
            LineColor: Color.fromHex(Palette.OfSeries(index)),
            LineWidth: WhiskerWidth,
            UseDefaults: false);

    /// <summary>A line.</summary>
    /// <param name="Name">Its name in the legend.</param>
    /// <param name="Points">Its points.</param>
    /// <param name="Opacity">How much it covers, to 1.</param>
    /// <param name="Intervals">The interval of each point's mean, drawn as a whisker.</param>
    internal sealed record Series(
        string Name, IReadOnlyList<(double X, double Y)> Points, double Opacity = 1, IReadOnlyList<(double Low, double High)>? Intervals = null);
}
