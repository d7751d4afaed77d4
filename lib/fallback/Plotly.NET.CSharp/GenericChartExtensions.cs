using System.Text.Json.Nodes;

namespace Plotly.NET.CSharp;

/// <summary>Styles a chart's axes.</summary>
public static class GenericChartExtensions
{
    public static GenericChart WithXAxisStyle<MinType, MaxType, CategoryArrayType>(
        this GenericChart gChart,
        Optional<string> TitleText = default,
        Optional<StyleParam.AxisType> AxisType = default,
        Optional<Tuple<MinType, MaxType>> MinMax = default)
        where MinType : IConvertible
        where MaxType : IConvertible
        where CategoryArrayType : IConvertible => WithAxis(gChart, "xaxis", TitleText, AxisType, MinMax);

    public static GenericChart WithYAxisStyle<MinType, MaxType, CategoryArrayType>(
        this GenericChart gChart,
        Optional<string> TitleText = default,
        Optional<StyleParam.AxisType> AxisType = default,
        Optional<Tuple<MinType, MaxType>> MinMax = default)
        where MinType : IConvertible
        where MaxType : IConvertible
        where CategoryArrayType : IConvertible => WithAxis(gChart, "yaxis", TitleText, AxisType, MinMax);

    private static JsonChart WithAxis<MinType, MaxType>(
        GenericChart chart, string axis, Optional<string> title, Optional<StyleParam.AxisType> type, Optional<Tuple<MinType, MaxType>> range)
    {
        var layout = (JsonObject)chart.Layout.DeepClone();
        var style = layout[axis] as JsonObject ?? [];
        layout[axis] = style
            .Set("title", title, text => new JsonObject { ["text"] = text })
            .Set("type", type, value => value.Name)
            .Set("range", range, ends => new JsonArray(Json.Node(ends.Item1), Json.Node(ends.Item2)));
        return new JsonChart(chart.Traces, layout);
    }
}
