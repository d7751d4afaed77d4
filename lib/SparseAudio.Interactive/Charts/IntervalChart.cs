using Plotly.NET;
using Plotly.NET.CSharp;
using SparseAudio.Evaluation;
using SparseAudio.Interactive.Pictures;
using Chart = Plotly.NET.CSharp.Chart;

namespace SparseAudio.Interactive.Charts;

/// <summary>Bars from left to right, the first at the top, each with the interval of its mean.</summary>
internal static class IntervalChart
{
    private const int RowHeight = 36, Frame = 72, LabelWidth = 176, LongestLine = 20;
    private const double WhiskerWidth = 3;

    private static readonly string _plain = Palette.OfSeries(4), _highlighted = Palette.OfSeries(0), _whisker = Palette.OfSeries(1);

    /// <param name="title">The figure's title.</param>
    /// <param name="xTitle">What the bars measure.</param>
    /// <param name="bars">Name and value of each.</param>
    /// <param name="isHighlighted">By name: which bars get a colour of their own.</param>
    public static Figure Draw(
        string title, string xTitle, IReadOnlyList<(string Name, BootstrapInterval Value)> bars, Func<string, bool> isHighlighted)
    {
        // Plotly counts categories from the bottom.
        (string Name, string[] Lines, BootstrapInterval Value)[] upwards = [
            .. bars.Reverse().Select(bar => (bar.Name, LinesOf(bar.Name), bar.Value))];
        var height = Frame + (RowHeight * bars.Count);
        var around = Axis.Around(xTitle, bars.SelectMany(bar => new[] { bar.Value.Low, bar.Value.High }).Append(0));
        var x = bars.All(bar => bar.Value.Low >= 0) ? around with { Min = 0 } : around;
        return new Figure(title, Plot(x, upwards, isHighlighted), Picture(x, upwards, isHighlighted, height), height);
    }

    /// <summary>A name in lines that fit beside a bar on a phone; only spaces break, and a plus stays with what it adds.</summary>
    internal static string[] LinesOf(string name)
    {
        var lines = new List<string>();
        foreach (var word in name.Replace("+ ", "+\u00a0").Split(' '))
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= LongestLine)
            {
                lines[^1] += " " + word;
            }
            else
            {
                lines.Add(word);
            }
        }

        return [.. lines];
    }

    private static GenericChart Plot(Axis x, (string Name, string[] Lines, BootstrapInterval Value)[] bars, Func<string, bool> isHighlighted)
    {
        static string Label(string[] lines) => string.Join("<br>", lines);
        var colored = bars.GroupBy(bar => isHighlighted(bar.Name)).Select(group => Chart.Bar<double, string, string>(
            group.Select(bar => Rounded.Significant(bar.Value.Mean)),
            Keys: new Optional<IEnumerable<string>>(group.Select(bar => Label(bar.Lines)), true),
            MarkerColor: Color.fromHex(group.Key ? _highlighted : _plain),
            UseDefaults: false));
        // One line for all intervals, with a gap after each: plotly.js draws none to what is not a number.
        var whiskers = Chart.Scatter<double, string, string>(
            bars.SelectMany(bar => new[] { Rounded.Significant(bar.Value.Low), Rounded.Significant(bar.Value.High), double.NaN }),
            bars.SelectMany(bar => Enumerable.Repeat(Label(bar.Lines), 3)),
            StyleParam.Mode.Lines,
            Name: "95 % interval",
            LineColor: Color.fromHex(_whisker),
            LineWidth: WhiskerWidth,
            UseDefaults: false);
        return Chart.Combine(colored.Append(whiskers)).WithXAxisStyle<double, double, string>(
            TitleText: x.Title, MinMax: Tuple.Create(Rounded.Significant(x.Min), Rounded.Significant(x.Max)));
    }

    private static string Picture(Axis x, (string Name, string[] Lines, BootstrapInterval Value)[] bars, Func<string, bool> isHighlighted, int height)
    {
        var picture = new SvgPicture(x, new Axis("", 0, bars.Length), height, LabelWidth);
        for (var i = 0; i < bars.Length; i++)
        {
            var (name, lines, value) = bars[i];
            picture.Row(i + 0.5, 0.7, value.Mean, isHighlighted(name) ? _highlighted : _plain, lines)
                .Line([(value.Low, i + 0.5), (value.High, i + 0.5)], _whisker, width: WhiskerWidth);
        }

        return picture.DataUri();
    }
}
