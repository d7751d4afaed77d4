using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NotebookRunner.Documents;

/// <summary>A notebook file: nbformat 4.5, kept as the JSON it is, so that what this program does not know survives.</summary>
internal sealed class Notebook
{
    private static readonly JsonWriterOptions _asJupyterWrites =
        new() { Indented = true, IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _json;

    private Notebook(string path, JsonObject json)
    {
        Path = path;
        _json = json;
        Cells = [.. json["cells"]!.AsArray().Select((cell, index) => new Cell(cell!.AsObject(), index + 1))];
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>All cells, in order.</summary>
    public IReadOnlyList<Cell> Cells { get; }

    /// <summary>The file name without its extension: what links point to.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public static Notebook Load(string path)
    {
        if (!File.Exists(path))
            throw new NotebookException($"{path}: no such notebook; give the path of an .ipynb file");

        try
        {
            if (JsonNode.Parse(File.ReadAllText(path)) is JsonObject json && json["cells"] is JsonArray && (int?)json["nbformat"] == 4)
                return new Notebook(System.IO.Path.GetFullPath(path), json);
        }
        catch (JsonException error)
        {
            throw new NotebookException($"{path}: not a notebook, its JSON breaks off at line {error.LineNumber + 1}; restore the file");
        }

        throw new NotebookException($"{path}: not a notebook of nbformat 4 (no \"cells\" and \"nbformat\": 4); save it as .ipynb again");
    }

    /// <summary>
    /// Names the language as the kernel names it to Jupyter, which chooses the colours of cells by it. Polyglot Notebooks writes
    /// a name of its own, for which Jupyter asks its server in vain.
    /// </summary>
    public void SetLanguage()
    {
        if (_json["metadata"] is not JsonObject metadata)
            _json["metadata"] = metadata = [];

        metadata["language_info"] = new JsonObject
        {
            ["file_extension"] = ".cs",
            ["mimetype"] = "text/x-csharp",
            ["name"] = "C#",
            ["pygments_lexer"] = "csharp",
            ["version"] = "13.0",
        };
    }

    /// <summary>The file's size in bytes, as it is saved.</summary>
    public int Size => Bytes().Length;

    /// <summary>Writes the notebook to a file, which is replaced in one step.</summary>
    public void Save(string path)
    {
        var temporary = path + ".tmp";
        File.WriteAllBytes(temporary, Bytes());
        File.Move(temporary, path, overwrite: true);
    }

    private byte[] Bytes()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, _asJupyterWrites))
            _json.WriteTo(writer);

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}

/// <summary>Text as notebooks keep it: an array of lines, each with its line end, or one string.</summary>
internal static class MultilineText
{
    public static string Read(JsonNode? node) => node is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)node ?? "";

    public static JsonArray Write(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }
}

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
