using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Plotly.NET.CSharp;

/// <summary>Writes .NET values into plotly's JSON, leaving out what was not given.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions NotANumberAsText = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static JsonObject Set<T>(this JsonObject target, string key, Optional<T> value, Func<T, JsonNode?>? write = null)
    {
        if (value.IsSome)
        {
            target[key] = write is null ? Node(value.Value) : write(value.Value);
        }

        return target;
    }

    public static JsonNode? Node<T>(T value) => value switch
    {
        Color color => JsonSerializer.SerializeToNode(color.Value, color.Value.GetType()),
        StyleParam.Colorscale scale => new JsonArray([.. scale.Stops.Select(stop => new JsonArray(stop.Item1, Node(stop.Item2)))]),
        _ => JsonSerializer.SerializeToNode(value, value?.GetType() ?? typeof(object), NotANumberAsText),
    };
}
