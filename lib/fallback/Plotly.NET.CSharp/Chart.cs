using System.Text.Json.Nodes;

namespace Plotly.NET.CSharp;

/// <summary>Makes charts, with the optional parameters that this repository uses.</summary>
public static class Chart
{
    public static GenericChart Heatmap<ZType, XType, YType, TextType>(
        IEnumerable<IEnumerable<ZType>> zData,
        Optional<IEnumerable<XType>> X = default,
        Optional<IEnumerable<YType>> Y = default,
        Optional<StyleParam.Colorscale> ColorScale = default,
        Optional<bool> ShowScale = default,
        Optional<bool> UseDefaults = default)
        where ZType : IConvertible
        where XType : IConvertible
        where YType : IConvertible
        where TextType : IConvertible => Single(
            new JsonObject { ["type"] = "heatmap", ["z"] = Json.Node(zData.Select(row => row.ToArray()).ToArray()) }
                .Set("x", X).Set("y", Y).Set("colorscale", ColorScale).Set("showscale", ShowScale));

    public static GenericChart Scatter<XType, YType, TextType>(
        IEnumerable<XType> x,
        IEnumerable<YType> y,
        StyleParam.Mode mode,
        Optional<string> Name = default,
        Optional<double> Opacity = default,
        Optional<Color> LineColor = default,
        Optional<double> LineWidth = default,
        Optional<bool> UseDefaults = default)
        where XType : IConvertible
        where YType : IConvertible
        where TextType : IConvertible => Single(
            Points(x, y, mode.Name).Set("name", Name).Set("opacity", Opacity)
                .Set("line", Group(new JsonObject().Set("color", LineColor).Set("width", LineWidth))));

    public static GenericChart Bubble<XType, YType, TextType>(
        IEnumerable<XType> x,
        IEnumerable<YType> y,
        IEnumerable<int> sizes,
        Optional<string> Name = default,
        Optional<double> Opacity = default,
        Optional<IEnumerable<TextType>> MultiText = default,
        Optional<Color> MarkerColor = default,
        Optional<bool> UseDefaults = default)
        where XType : IConvertible
        where YType : IConvertible
        where TextType : IConvertible => Single(
            Points(x, y, "markers").Set("name", Name).Set("opacity", Opacity).Set("text", MultiText)
                .Set("marker", Group(new JsonObject { ["size"] = Json.Node(sizes.ToArray()) }.Set("color", MarkerColor))));

    public static GenericChart Column<ValuesType, KeysType, TextType>(
        IEnumerable<ValuesType> values,
        Optional<IEnumerable<KeysType>> Keys = default,
        Optional<string> Name = default,
        Optional<Color> MarkerColor = default,
        Optional<bool> UseDefaults = default)
        where ValuesType : IConvertible
        where KeysType : IConvertible
        where TextType : IConvertible => Single(
            new JsonObject { ["type"] = "bar" }.Set("name", Name).Set("x", Keys).Set("y", new Optional<ValuesType[]>([.. values], true))
                .Set("marker", Group(new JsonObject().Set("color", MarkerColor))));

    public static GenericChart Bar<ValuesType, KeysType, TextType>(
        IEnumerable<ValuesType> values,
        Optional<IEnumerable<KeysType>> Keys = default,
        Optional<Color> MarkerColor = default,
        Optional<bool> UseDefaults = default)
        where ValuesType : IConvertible
        where KeysType : IConvertible
        where TextType : IConvertible => Single(
            new JsonObject { ["type"] = "bar", ["orientation"] = "h" }.Set("y", Keys).Set("x", new Optional<ValuesType[]>([.. values], true))
                .Set("marker", Group(new JsonObject().Set("color", MarkerColor))));

    public static GenericChart Combine(IEnumerable<GenericChart> gCharts)
    {
        var charts = gCharts.ToList();
        var layout = new JsonObject();
        foreach (var (key, value) in charts.SelectMany(chart => chart.Layout))
        {
            layout[key] = value?.DeepClone();
        }

        return new JsonChart([.. charts.SelectMany(chart => chart.Traces)], layout);
    }

    private static JsonObject Points<XType, YType>(IEnumerable<XType> x, IEnumerable<YType> y, string mode) =>
        new() { ["type"] = "scatter", ["mode"] = mode, ["x"] = Json.Node(x.ToArray()), ["y"] = Json.Node(y.ToArray()) };

    private static Optional<JsonObject> Group(JsonObject parts) => new(parts, parts.Count > 0);

    private static JsonChart Single(JsonObject trace) => new([trace], []);
}
