using System.Text.Json.Nodes;

namespace NotebookRunner.Documents;

/// <summary>One cell of a notebook.</summary>
internal sealed class Cell(JsonObject json, int number)
{
    /// <summary>The cell's place among all cells of the notebook, counted from 1.</summary>
    public int Number => number;

    public bool IsCode => (string?)json["cell_type"] == "code";

    public bool IsMarkdown => (string?)json["cell_type"] == "markdown";

    public string Source => MultilineText.Read(json["source"]);

    public IEnumerable<JsonObject> Outputs => (json["outputs"] as JsonArray ?? []).Select(output => output!.AsObject());

    public void SetResult(int executionCount, JsonArray outputs)
    {
        json["execution_count"] = executionCount;
        json["outputs"] = outputs;
    }
}
