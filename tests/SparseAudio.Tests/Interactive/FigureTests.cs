using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using SparseAudio.Evaluation.Rates;
using SparseAudio.Interactive;
using SparseAudio.Interactive.Charts;
using SparseAudio.Interactive.Pictures;
using Xunit;

namespace SparseAudio.Tests.Interactive;

public sealed class FigureTests
{
    [Fact]
    public void A_figure_carries_its_data_for_plotly()
    {
        var trace = Json(Show.Curves("title", "x", "y", ("a", [(1, 2), (3, 4.00004)]))).GetProperty("data")[0];

        Assert.Equal([1, 3], Numbers(trace, "x"));
        Assert.Equal([2, 4], Numbers(trace, "y"));
        Assert.Equal("lines", trace.GetProperty("mode").GetString());
    }

    [Fact]
    public void A_figure_carries_a_picture_of_the_same_data()
    {
        var svg = Picture(Show.Bars("title", "value", ("first", 1), ("second", 3)));

        Assert.Equal(2, Regex.Count(svg, "<rect [^>]*fill=\"#1d9a8a\""));
        Assert.Contains(">second</text>", svg);
    }

    [Fact]
    public void Rates_are_lines_with_the_intervals_of_their_points()
    {
        RateRecord[] records = [.. from rate in new[] { 1, 2 }
                                   from song in new[] { 0, 1 }
                                   select new RateRecord("model", $"{song}", rate, 1250 * rate, 10, 1, rate + song, 3, 0)];
        var figure = Show.Rates("title", "log-mel", records, "mel");
        var traces = Json(figure).GetProperty("data").EnumerateArray().ToArray();

        Assert.Equal([1, 2], Numbers(traces[0], "x"));
        Assert.Equal([1.5, 2.5], Numbers(traces[0], "y"));
        Assert.Equal([1, 1, 1, 2, 2, 2], Numbers(traces[1], "x"));
        Assert.Equal(3, Regex.Count(Picture(figure), "<polyline "));
    }

    [Fact]
    public void Intervals_are_bars_from_the_bottom_up_with_a_gap_after_each_line()
    {
        var figure = Show.Intervals(
            "title", "value", [("model, pure", new(2, 1, 3)), ("a long name + more of it", new(5, 4, 6))], highlight: "model");
        var traces = Json(figure).GetProperty("data").EnumerateArray().ToArray();

        Assert.Equal("a long name +\u00a0more<br>of it", traces[0].GetProperty("y")[0].GetString());
        Assert.Equal((5, 2), (Numbers(traces[0], "x")[0], Numbers(traces[1], "x")[0]));
        Assert.NotEqual(Color(traces[0]), Color(traces[1]));
        Assert.Equal([4, 6, double.NaN, 1, 3, double.NaN], Numbers(traces[2], "x"));

        var svg = Picture(figure);
        Assert.Equal(2, Regex.Count(svg, "<rect "));
        Assert.Equal(2, Regex.Count(svg, "<polyline "));
        Assert.True(Top(svg, "model, pure") < Top(svg, "a long name +&#160;more"));
        Assert.Contains(">of it</text>", svg);
    }

    [Fact]
    public void Losses_that_are_all_positive_are_drawn_on_a_log_scale()
    {
        Assert.Equal("log", AxisType(Show.Losses("title", ("loss", [3, 2]))));
        Assert.Null(AxisType(Show.Losses("title", ("loss", [3, 0]))));
    }

    [Fact]
    public void Text_in_a_figure_cannot_end_its_script() =>
        Assert.DoesNotContain("</script><b>", Show.Bars("title", "value", ("</script><b>", 1)).ToHtml());

    [Fact]
    public void The_picture_of_a_heat_map_has_row_zero_at_the_bottom_and_the_least_value_darkest()
    {
        var values = new float[2, 3];
        values[0, 2] = 7;
        var (indices, palette) = Decode(Show.HeatMap("title", values, ("x", 0, 3), ("y", 0, 2)));

        Assert.Equal(new byte[] { 0, 0, 0 }, indices[0]);
        Assert.Equal(new byte[] { 0, 0, 255 }, indices[1]);
        Assert.Equal([0x0B, 0x10, 0x30], palette[..3]);
        Assert.Equal([0xFF, 0xF4, 0xBF], palette[^3..]);
    }

    [Theory]
    [InlineData(0, 1, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(-3, 12, new double[] { 0, 5, 10 })]
    public void Ticks_are_round(double min, double max, double[] expected) =>
        Assert.Equal(expected, new Axis("", min, max).Ticks().Select(tick => Math.Round(tick, 9)));

    [Fact]
    public void A_log_axis_places_equal_factors_at_equal_distances()
    {
        var axis = new Axis("", 10, 1000, IsLog: true);

        Assert.Equal(0.5, axis.Place(100), 9);
        Assert.Equal([10, 20, 50, 100, 200, 500, 1000], axis.Ticks());
    }

    [Fact]
    public void An_axis_around_one_value_or_none_still_has_a_length()
    {
        Assert.True(Axis.Around("", [5, 5]) is { Min: < 5, Max: > 5 });
        Assert.True(Axis.Around("", [double.NaN]) is { Min: < 1, Max: > 1 });
    }

    private static string? Color(JsonElement trace) => trace.GetProperty("marker").GetProperty("color").GetString();

    /// <summary>As plotly.js reads them: NaN is written as text, and is a gap.</summary>
    private static double[] Numbers(JsonElement trace, string name) =>
        trace.GetProperty(name).Deserialize<double[]>(new JsonSerializerOptions { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals })!;

    private static double Top(string svg, string label) =>
        double.Parse(
            Regex.Match(svg, $"<text x=\"[0-9.]+\" y=\"([0-9.]+)\"[^>]*>{Regex.Escape(label)}</text>").Groups[1].Value, CultureInfo.InvariantCulture);

    private static JsonElement Json(Figure figure) =>
        JsonDocument.Parse(Regex.Match(figure.ToHtml(), "application/json\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value).RootElement;

    private static string? AxisType(Figure figure) =>
        Json(figure).GetProperty("layout").GetProperty("yaxis").TryGetProperty("type", out var type) ? type.GetString() : null;

    private static string Picture(Figure figure) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(Regex.Match(figure.ToHtml(), "svg\\+xml;base64,([^\"]+)").Groups[1].Value));

    private static (byte[][] Rows, byte[] Palette) Decode(Figure figure)
    {
        var png = Convert.FromBase64String(Regex.Match(Picture(figure), "image/png;base64,([^\"]+)").Groups[1].Value);
        int width = png[19], height = png[23];
        int palette = Find(png, "PLTE"), data = Find(png, "IDAT");
        using var zlib = new ZLibStream(new MemoryStream(png, data, png.Length - data), CompressionMode.Decompress);
        var rows = new byte[height][];
        for (var y = 0; y < height; y++)
        {
            var row = new byte[width + 1];
            zlib.ReadExactly(row);
            rows[y] = row[1..];
        }

        return (rows, png[palette..(palette + 768)]);
    }

    private static int Find(byte[] png, string chunk) => png.AsSpan().IndexOf(Encoding.ASCII.GetBytes(chunk)) + 4;
}
