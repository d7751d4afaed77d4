using Plotly.NET;
using Plotly.NET.CSharp;
using SparseAudio.Audio;
using SparseAudio.Interactive.Pictures;
using SparseAudio.Models;
using SparseAudio.Signal;
using static TorchSharp.torch;
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
        return new Figure(title, chart, picture.DataUri(), height, y);
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

/// <summary>The magnitudes of a clip's short-time Fourier transform, in dB below its loudest cell, frequency on a log scale.</summary>
internal static class Spectrogram
{
    private const int Window = 2048, Hop = 256, Rows = 96;
    private const double LowestHertz = 40, FloorDecibels = -80;

    public static Figure Draw(AudioClip clip, string title)
    {
        var decibels = Grid(clip);
        return HeatMap.Draw(title, decibels, new Axis("time (s)", 0, clip.DurationSeconds),
            new Axis("frequency (Hz)", LowestHertz, clip.SampleRate / 2.0, IsLog: true), ColorRamp.Even);
    }

    /// <summary>(rows, frames); a row holds the loudest bin of its band, or the nearest one where bands are narrower than bins.</summary>
    internal static float[,] Grid(AudioClip clip)
    {
        TorchLibrary.Require();
        using var scope = NewDisposeScope();
        var magnitude = Stft.Magnitude(tensor(clip.Samples, device: CPU), Window, Hop);
        int frames = (int)magnitude.shape[0], bins = (int)magnitude.shape[1];
        var values = magnitude.data<float>().ToArray();
        var loudest = Math.Max(values.Max(), float.Epsilon);
        double binHertz = (double)clip.SampleRate / Window, factor = clip.SampleRate / 2.0 / LowestHertz;
        var grid = new float[Rows, frames];
        for (var row = 0; row < Rows; row++)
        {
            var first = Math.Min(bins - 1, (int)Math.Round(LowestHertz * Math.Pow(factor, (double)row / Rows) / binHertz));
            var last = Math.Clamp((int)Math.Round(LowestHertz * Math.Pow(factor, (row + 1.0) / Rows) / binHertz) - 1, first, bins - 1);
            for (var frame = 0; frame < frames; frame++)
            {
                var band = values.AsSpan((frame * bins) + first, last - first + 1).ToArray().Max();
                grid[row, frame] = (float)Math.Max(FloorDecibels, 20 * Math.Log10(Math.Max(band, float.Epsilon) / loudest));
            }
        }

        return grid;
    }
}
