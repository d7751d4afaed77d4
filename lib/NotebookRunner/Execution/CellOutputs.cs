using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;
using NotebookRunner.Documents;

namespace NotebookRunner.Execution;

/// <summary>Turns what happened while a cell ran into the outputs of nbformat.</summary>
internal static class CellOutputs
{
    public static JsonArray From(IEnumerable<KernelEvent> events, int executionCount)
    {
        var outputs = new JsonArray();
        var displayed = new Dictionary<string, JsonObject>();
        foreach (var happened in events)
        {
            switch (happened)
            {
                case StandardOutputValueProduced text:
                    AddText(outputs, string.Concat(text.FormattedValues.Select(value => value.Value)));
                    break;
                case DisplayedValueUpdated { ValueId: { } id } update when displayed.TryGetValue(id, out var earlier):
                    earlier["data"] = Data(update);
                    break;
                case ReturnValueProduced result:
                    outputs.Add(new JsonObject
                    {
                        ["data"] = Data(result),
                        ["execution_count"] = executionCount,
                        ["metadata"] = new JsonObject(),
                        ["output_type"] = "execute_result",
                    });
                    break;
                // An update of a value that was never shown, as by `value.Display().Update(…)`: editors show it as an output of its own.
                case DisplayedValueProduced or DisplayedValueUpdated:
                    var shown = (DisplayEvent)happened;
                    var output = new JsonObject { ["data"] = Data(shown), ["metadata"] = new JsonObject(), ["output_type"] = "display_data" };
                    outputs.Add(output);
                    displayed[shown.ValueId ?? ""] = output;
                    break;
            }
        }

        return outputs;
    }

    private static JsonObject Data(DisplayEvent shown) =>
        new(shown.FormattedValues.Select((FormattedValue value) => KeyValuePair.Create(value.MimeType, (JsonNode?)MultilineText.Write(value.Value))));

    /// <summary>Console output arrives in pieces; one stream output holds all that come in a row.</summary>
    private static void AddText(JsonArray outputs, string text)
    {
        if (outputs.LastOrDefault() is JsonObject last && (string?)last["output_type"] == "stream")
        {
            last["text"] = MultilineText.Write(MultilineText.Read(last["text"]) + text);
            return;
        }

        outputs.Add(new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = MultilineText.Write(text) });
    }
}
