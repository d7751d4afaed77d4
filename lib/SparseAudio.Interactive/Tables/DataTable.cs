using System.Globalization;
using SparseAudio.Audio;
using SparseAudio.Interactive.Charts;
using SparseAudio.Interactive.Formatting;
using SparseAudio.Interactive.Players;

namespace SparseAudio.Interactive.Tables;

/// <summary>Rows of texts, numbers and sounds.</summary>
/// <param name="title">The table's title.</param>
/// <param name="columns">The columns' titles.</param>
/// <param name="rows">The cells of each row: numbers are aligned right and rounded to four digits, clips become players.</param>
/// <param name="note">A line below the table.</param>
[TypeFormatterSource(typeof(OutputFormatters))]
public sealed class DataTable(string title, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object>> rows, string? note = null) : INotebookOutput
{
    private bool HasSounds => rows.Any(row => row.Any(cell => cell is AudioClip));

    /// <inheritdoc/>
    public string ToHtml()
    {
        var head = string.Concat(columns.Select((column, index) => $"<th scope=\"col\"{ClassOf(rows.FirstOrDefault()?[index])}>{Html.Text(column)}</th>"));
        var body = string.Concat(rows.Select(row => $"<tr>{string.Concat(row.Select(Cell))}</tr>\n"));
        var footer = note is null ? "" : $"<p>{Html.Text(note)}</p>";
        var table = $"""
            {Html.Style("table")}<div class="sa-table" tabindex="0" role="region" aria-label="{Html.Text(title)}"><table>
            <caption>{Html.Text(title)}</caption>
            <thead><tr>{head}</tr></thead>
            <tbody>
            {body}</tbody></table>{footer}</div>

            """;
        return HasSounds ? Html.Style("player") + table + Html.Script("player") : table;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join('\n', rows.Select(row => string.Join("  ", row.Select(cell => cell is AudioClip clip ? clip.Name : Text(cell)))).Prepend(string.Join("  ", columns)).Prepend(title));

    private static string Cell(object cell) => cell is AudioClip clip
        ? $"<td class=\"sa-sound\">{new AudioPlayer(clip).Body("sa-player sa-small")}</td>"
        : $"<td{ClassOf(cell)}>{Html.Text(Text(cell))}</td>";

    private static string ClassOf(object? cell) => cell is int or long or float or double ? " class=\"sa-number\"" : "";

    private static string Text(object cell) => cell switch
    {
        float or double => Rounded.Significant(Convert.ToDouble(cell, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "",
    };
}
