using Plotly.NET;
using Plotly.NET.CSharp;
using SparseAudio.Interactive.Pictures;
using Chart = Plotly.NET.CSharp.Chart;

namespace SparseAudio.Interactive.Charts;

/// <summary>A grid of values as colours.</summary>
internal static class HeatMap
{
    /// <summary>Draws a grid.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="values">(rows, columns), row 0 at the bottom.</param>
    /// <param name="x">The columns' axis; its ends are the outer edges.</param>
    /// <param name="y">The rows' axis.</param>
    /// <param name="ramp">The colours.</param>
    /// <param name="height">Pixels.</param>
    public static Figure Draw(string title, float[,] values, Axis x, Axis y, ColorRamp ramp, int height = 340)
    {
        int rows = values.GetLength(0), columns = values.GetLength(1);
        var rounded = Enumerable.Range(0,
            rows).Select(row => Enumerable.Range(0, columns).Select(column => Rounded.Significant(values[row, column], 3))).ToArray();
        var chart = Chart
            .Heatmap<double, double, double, string>(
                rounded,
                X: new Optional<IEnumerable<double>>(Centres(x, columns), true),
                Y: new Optional<IEnumerable<double>>(Centres(y, rows), true),
                ColorScale: Palette.Of(ramp),
                ShowScale: false,
                UseDefaults: false)
            .WithXAxisStyle<double, double, string>(TitleText: x.Title)
            .WithYAxisStyle<double, double, string>(
                TitleText: y.Title, AxisType: y.IsLog ? StyleParam.AxisType.Log : default(Optional<StyleParam.AxisType>));
        var picture = new SvgPicture(x, y, height).Image(PaletteImage.Png(Indices(values, ramp), ColorRamp.Palette));
        return new Figure(title, chart, picture.DataUri(), height);
    }

    private static IEnumerable<double> Centres(Axis axis, int count) => Enumerable.Range(0, count).Select(i =>
    {
        var place = (i + 0.5) / count;
        return Rounded.Significant(axis.IsLog ? axis.Min * Math.Pow(axis.Max / axis.Min, place) : axis.Min + ((axis.Max - axis.Min) * place));
    });

    private static byte[,] Indices(float[,] values, ColorRamp ramp)
    {
        int rows = values.GetLength(0), columns = values.GetLength(1);
        float min = values.Cast<float>().Min(), range = Math.Max(1e-12f, values.Cast<float>().Max() - min);
        var indices = new byte[rows, columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                indices[rows - 1 - row, column] = ramp.Index((values[row, column] - min) / range);
        }

        return indices;
    }
}
