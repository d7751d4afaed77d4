using Plotly.NET;
using Plotly.NET.CSharp;
using SparseAudio.Interactive.Pictures;
using Chart = Plotly.NET.CSharp.Chart;

namespace SparseAudio.Interactive.Charts;

/// <summary>One or several lines over one axis.</summary>
internal static class LineChart
{
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
        var chart = Chart.Combine(lines)
            .WithXAxisStyle<double, double, string>(TitleText: xTitle)
            .WithYAxisStyle<double, double, string>(
                TitleText: yTitle, AxisType: isLog ? StyleParam.AxisType.Log : default(Optional<StyleParam.AxisType>));
        return new Figure(title, chart, Picture(series, xTitle, yTitle, isLog, height), height);
    }

    /// <summary>The picture alone.</summary>
    public static string Picture(IReadOnlyList<Series> series, string xTitle, string yTitle, bool isLog, int height)
    {
        var points = series.SelectMany(line => line.Points).ToList();
        var picture = new SvgPicture(
            Axis.Around(xTitle, points.Select(point => point.X)), Axis.Around(yTitle, points.Select(point => point.Y), isLog), height);
        for (var i = 0; i < series.Count; i++)
        {
            picture.Line(series[i].Points, Palette.OfSeries(i), series[i].Opacity);
            if (series.Count > 1)
                picture.Legend(series[i].Name, Palette.OfSeries(i));
        }

        return picture.DataUri();
    }

    /// <summary>A line.</summary>
    internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, double Opacity = 1);
}
