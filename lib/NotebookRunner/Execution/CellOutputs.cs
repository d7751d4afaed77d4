using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
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

/// <summary>Why a cell failed, with the line of its source as far as it is known.</summary>
internal static partial class CellFailure
{
    public static NotebookException Describe(Notebook notebook, Cell cell, IReadOnlyList<KernelEvent> events)
    {
        var failure = events.OfType<CommandFailed>().First();
        var error = events.OfType<DiagnosticsProduced>().SelectMany(produced => produced.Diagnostics)
            .FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        var line = error?.LinePositionSpan.Start.Line ?? LineOfException(failure.Exception);
        var message = error is null ? Reason(failure) : $"{error.Code}: {error.Message}";
        var place = line is { } index
            ? $"cell {cell.Number}, line {index + 1}: {SourceLine(cell, index)}"
            : $"cell {cell.Number}: {SourceLine(cell, 0)} …";
        return new NotebookException($"{Path.GetFileName(notebook.Path)}: {place}\n  {message}");
    }

    private static string Reason(CommandFailed failure) =>
        Cause(failure.Exception) is { } cause ? $"{cause.GetType().Name}: {cause.Message}" : failure.Message;

    /// <summary>That a type could not be set up says nothing; why it could not does.</summary>
    private static Exception? Cause(Exception? exception) =>
        exception is TypeInitializationException or AggregateException && exception.InnerException is { } inner ? Cause(inner) : exception;

    private static string SourceLine(Cell cell, int index) => cell.Source.Split('\n').ElementAtOrDefault(index)?.Trim() ?? "";

    /// <summary>The frames of the cell's own code are those of a submission; the deepest one that carries a line is where it happened.</summary>
    private static int? LineOfException(Exception? exception)
    {
        var frame = SubmissionFrame().Matches(exception?.StackTrace ?? "").FirstOrDefault();
        return frame is null ? null : int.Parse(frame.Groups["line"].Value) - 1;
    }

    [GeneratedRegex(@"at Submission#.*:line (?<line>\d+)")]
    private static partial Regex SubmissionFrame();
}
