using Plotly.NET;
using Plotly.NET.CSharp;
using SparseAudio.Interactive.Pictures;
using Chart = Plotly.NET.CSharp.Chart;

namespace SparseAudio.Interactive.Charts;

/// <summary>Upright bars, each with its name below.</summary>
internal static class BarChart
{
    private const int MostLabels = 12;

    public static Figure Draw(string title, IReadOnlyList<(string Name, double Value)> bars, string yTitle, string xTitle = "", int height = 300)
    {
        var chart = Chart
            .Column<double, string, string>(
                bars.Select(bar => Rounded.Significant(bar.Value)),
                Keys: new Optional<IEnumerable<string>>(bars.Select(bar => bar.Name), true),
                MarkerColor: Color.fromHex(Palette.OfSeries(0)),
                UseDefaults: false)
            .WithXAxisStyle<double, double, string>(TitleText: xTitle)
            .WithYAxisStyle<double, double, string>(TitleText: yTitle);
        var y = Axis.Around(yTitle, bars.Select(bar => bar.Value).Append(0));
        var picture = new SvgPicture(new Axis("", 0, 1), y, height);
        for (var i = 0; i < bars.Count; i++)
        {
            picture.Bar((i + 0.15) / bars.Count, 0.7 / bars.Count, bars[i].Value, Palette.OfSeries(0));
            if (bars.Count <= MostLabels)
                picture.Category((i + 0.5) / bars.Count, bars[i].Name);
        }

        return new Figure(title, chart, picture.DataUri(), height);
    }
}
