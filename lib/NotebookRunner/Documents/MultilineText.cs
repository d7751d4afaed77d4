using System.Text.Json.Nodes;

namespace NotebookRunner.Documents;

/// <summary>Text as notebooks keep it: an array of lines, each with its line end, or one string.</summary>
internal static class MultilineText
{
    public static string Read(JsonNode? node) => node is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)node ?? "";

    public static JsonArray Write(string text)
    {
        var lines = new JsonArray();
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }
}
