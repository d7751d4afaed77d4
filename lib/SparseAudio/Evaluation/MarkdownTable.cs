using System.Text;

namespace SparseAudio.Evaluation;

/// <summary>Tables as Markdown, line by line.</summary>
internal static class MarkdownTable
{
    /// <summary>Adds the names of the columns, and the line below them.</summary>
    public static void AddHead(this StringBuilder text, IReadOnlyList<string> columns)
    {
        text.AddRow(columns);
        text.Append('|').Insert(text.Length, "---|", columns.Count).AppendLine();
    }

    /// <summary>Adds a row.</summary>
    public static void AddRow(this StringBuilder text, IReadOnlyList<string> cells) => text.AppendLine($"| {string.Join(" | ", cells)} |");
}
