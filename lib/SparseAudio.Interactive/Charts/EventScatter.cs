using System.Globalization;
using Plotly.NET;
using Plotly.NET.CSharp;
using SparseAudio.Interactive.Pictures;
using Chart = Plotly.NET.CSharp.Chart;

namespace SparseAudio.Interactive.Charts;

/// <summary>Events by time and channel; the stronger, the larger.</summary>
internal static class EventScatter
{
    private const int Height = 340, LeastDiameter = 4, MoreDiameter = 16;

    public static Figure Draw(string title, IReadOnlyList<EventMark> events, int channels, double seconds)
    {
        double strongest = events.Select(mark => Math.Abs(mark.Amplitude)).DefaultIfEmpty(1).Max();
        int Diameter(EventMark mark) => LeastDiameter + (int)Math.Round(MoreDiameter * Math.Sqrt(Math.Abs(mark.Amplitude) / strongest));
        var x = new Axis("time (s)", 0, seconds);
        var y = new Axis("channel", 0, channels);
        var chart = Chart
            .Bubble<double, int, string>(
                events.Select(mark => Rounded.Significant(mark.Seconds)),
                events.Select(mark => mark.Channel),
                events.Select(Diameter),
                MultiText: new Optional<IEnumerable<string>>(events.Select(Hover), true),
                MarkerColor: Color.fromHex(Palette.OfSeries(1)),
                UseDefaults: false)
            .WithXAxisStyle<double, double, string>(TitleText: x.Title, MinMax: Tuple.Create(x.Min, x.Max))
            .WithYAxisStyle<double, double, string>(TitleText: y.Title, MinMax: Tuple.Create(y.Min, y.Max));
        var picture = new SvgPicture(x, y, Height);
        foreach (var mark in events)
        {
            picture.Circle(mark.Seconds, mark.Channel, Diameter(mark) / 2.0, Palette.OfSeries(1));
        }

        return new Figure(title, chart, picture.DataUri(), Height);
    }

    private static string Hover(EventMark mark) =>
        string.Create(CultureInfo.InvariantCulture, $"channel {mark.Channel} at {mark.Seconds:0.000} s<br>amplitude {Rounded.Significant(mark.Amplitude, 3)}");
}
