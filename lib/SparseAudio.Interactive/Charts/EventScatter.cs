using System.Globalization;
using Plotly.NET;
using Plotly.NET.CSharp;
using SparseAudio.Codec;
using SparseAudio.Interactive.Pictures;
using SparseAudio.Models;
using static TorchSharp.torch;
using Chart = Plotly.NET.CSharp.Chart;

namespace SparseAudio.Interactive.Charts;

/// <summary>Events by time and pitch, or channel where channels have no pitches; the stronger, the larger.</summary>
internal static class EventScatter
{
    private const int Height = 340, LeastDiameter = 4, MoreDiameter = 16;

    public static Figure Draw(string title, IReadOnlyList<EventMark> events, ModelConfig config, double seconds)
    {
        var strongest = events.Select(mark => Math.Abs(mark.Amplitude)).DefaultIfEmpty(1).Max();
        int Diameter(EventMark mark) => LeastDiameter + (int)Math.Round(MoreDiameter * Math.Sqrt(Math.Abs(mark.Amplitude) / strongest));
        var x = new Axis("time (s)", 0, seconds);
        var y = NoteNames.AxisOf(config);
        var chart = Chart
            .Bubble<double, double, string>(
                events.Select(mark => Rounded.Significant(mark.Seconds)),
                events.Select(mark => Rounded.Significant(NoteNames.Place(config, mark.Channel), 5)),
                events.Select(Diameter),
                MultiText: new Optional<IEnumerable<string>>(events.Select(mark => Hover(mark, config)), true),
                MarkerColor: Color.fromHex(Palette.OfSeries(1)),
                UseDefaults: false)
            .WithXAxisStyle<double, double, string>(TitleText: x.Title, MinMax: Tuple.Create(x.Min, x.Max))
            .WithYAxisStyle<double, double, string>(TitleText: y.Title, MinMax: Tuple.Create(y.Min, y.Max));
        var picture = new SvgPicture(x, y, Height);
        foreach (var mark in events)
            picture.Circle(mark.Seconds, NoteNames.Place(config, mark.Channel), Diameter(mark) / 2.0, Palette.OfSeries(1));

        return new Figure(title, chart, picture.DataUri(), Height, y);
    }

    private static string Hover(EventMark mark, ModelConfig config) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{NoteNames.Of(config, mark.Channel)} at {mark.Seconds:0.000} s<br>channel {mark.Channel}, "
                + $"amplitude {Rounded.Significant(mark.Amplitude, 3)}");
}

/// <summary>An event as charts and tables show it.</summary>
/// <param name="Seconds">When it begins.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="Amplitude">Its value, times its gain where it has one.</param>
internal sealed record EventMark(double Seconds, int Channel, double Amplitude)
{
    /// <summary>The events of one item of a batch, in the encoding's order.</summary>
    public static IReadOnlyList<EventMark> Of(SparseEncoding encoding, ModelConfig config, int item)
    {
        using var scope = NewDisposeScope();
        var channels = encoding.Channels[item].cpu().data<long>().ToArray();
        var frames = encoding.Frames[item].cpu().data<long>().ToArray();
        var values = encoding.Values[item].detach().cpu().data<float>().ToArray();
        var secondsPerFrame = (double)config.Hop / config.SampleRate;
        return [.. values.Select((value, i) => new EventMark(frames[i] * secondsPerFrame, (int)channels[i], value))];
    }

    /// <summary>The events of a code, by time.</summary>
    public static IReadOnlyList<EventMark> Of(SparseCode code) =>
        [.. code.Events.Select(item => new EventMark(code.SecondsOf(item), item.Channel, item.Amplitude * item.Gain))];
}

/// <summary>The dense code of a segment, the largest of every 8 x 8 cells, as in the post: one event would be too small to see.</summary>
internal static class EncodingMap
{
    private const int Pool = 8, Height = 620;

    public static Figure Draw(string title, SparseEncoding encoding, ModelConfig config, int item)
    {
        var seconds = (double)config.Samples / config.SampleRate;
        return HeatMap.Draw(title, Grid(EventMark.Of(encoding, config, item), config), new Axis("time (s)", 0, seconds),
            NoteNames.Beside(new Axis("channel", 0, config.Channels), config), ColorRamp.Sparse, Height);
    }

    /// <summary>(channels / 8, frames / 8)</summary>
    internal static float[,] Grid(IEnumerable<EventMark> events, ModelConfig config)
    {
        var grid = new float[(config.Channels + Pool - 1) / Pool, (config.Frames + Pool - 1) / Pool];
        var framesPerSecond = (double)config.SampleRate / config.Hop;
        foreach (var mark in events)
        {
            ref var cell = ref grid[mark.Channel / Pool, (int)Math.Round(mark.Seconds * framesPerSecond) / Pool];
            cell = Math.Max(cell, (float)mark.Amplitude);
        }

        return grid;
    }
}
