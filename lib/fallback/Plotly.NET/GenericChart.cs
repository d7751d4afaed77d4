using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plotly.NET;

/// <summary>A figure: its traces and its layout, kept as the JSON that plotly.js reads.</summary>
public abstract class GenericChart
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private protected GenericChart()
    {
    }

    internal abstract IReadOnlyList<JsonObject> Traces { get; }

    internal abstract JsonObject Layout { get; }

    /// <summary>The figure as one JSON object with data, layout and (empty) frames.</summary>
    public static string toFigureJson(GenericChart gChart) => new JsonObject
    {
        ["data"] = new JsonArray([.. gChart.Traces.Select(trace => trace.DeepClone())]),
        ["layout"] = gChart.Layout.DeepClone(),
        ["frames"] = new JsonArray(),
    }.ToJsonString(Compact);
}

/// <summary>The one kind of chart there is here.</summary>
internal sealed class JsonChart(IReadOnlyList<JsonObject> traces, JsonObject layout) : GenericChart
{
    internal override IReadOnlyList<JsonObject> Traces => traces;

    internal override JsonObject Layout => layout;
}
