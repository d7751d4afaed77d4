using System.Globalization;
using SparseAudio.Audio;
using SparseAudio.Evaluation;
using SparseAudio.Interactive.Charts;
using SparseAudio.Interactive.Formatting;
using SparseAudio.Interactive.Players;
using SparseAudio.Models;

namespace SparseAudio.Interactive.Tables;

/// <summary>Rows of texts, numbers and sounds.</summary>
/// <param name="title">The table's title.</param>
/// <param name="columns">The columns' titles.</param>
/// <param name="rows">
/// The cells of each row: numbers are aligned right and rounded to four digits, intervals become a mean ± half their width, clips become players.
/// </param>
/// <param name="note">A line below the table.</param>
public sealed class DataTable(string title, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object>> rows,
    string? note = null) : INotebookOutput
{
    private const int LettersOfAPhone = 40;

    private bool HasSounds => rows.Any(row => row.Any(cell => cell is AudioClip));

    /// <summary>Whether a phone is too narrow for the columns' titles or sounds; there each row becomes a card.</summary>
    private bool IsWide => HasSounds || columns.Sum(column => column.Length) > LettersOfAPhone;

    /// <inheritdoc/>
    public string ToHtml()
    {
        var head = string.Concat(
            columns.Select((column, index) => $"<th scope=\"col\"{ClassOf(rows.FirstOrDefault()?[index])}>{Html.Text(column)}</th>"));
        var body = string.Concat(rows.Select(row => $"<tr>{string.Concat(row.Select((cell, index) => Cell(cell, columns[index])))}</tr>\n"));
        var footer = note is null ? "" : $"<p>{Html.Text(note)}</p>";
        var table = $"""
            {Html.Style("table")}<div class="sa-table{(IsWide ? " sa-wide" : "")}" tabindex="0" role="region" aria-label="{Html.Text(title)}"><table>
            <caption>{Html.Text(title)}</caption>
            <thead><tr>{head}</tr></thead>
            <tbody>
            {body}</tbody></table>{footer}</div>

            """;
        return HasSounds ? Html.Style("player") + table + Html.Script("player") : table;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join('\n',
            rows.Select(row => string.Join("  ", row.Select(cell => cell is AudioClip clip ? clip.Name : Text(cell))))
                .Prepend(string.Join("  ", columns)).Prepend(title));

    private static string Cell(object cell, string column) => cell is AudioClip clip
        ? $"<td class=\"sa-sound\">{new AudioPlayer(clip).Body("sa-player sa-small")}</td>"
        : $"<td{ClassOf(cell)} data-column=\"{Html.Text(column)}\">{Html.Text(Text(cell))}</td>";

    private static string ClassOf(object? cell) => cell is int or long or float or double or BootstrapInterval ? " class=\"sa-number\"" : "";

    private static string Text(object cell) => cell switch
    {
        float or double => Rounded.Significant(Convert.ToDouble(cell, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture),
        BootstrapInterval interval => Text(interval),
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "",
    };

    // Three digits after the point, and one where there are two before it. The space before the sign may end a line, the one after it may not.
    private static string Text(BootstrapInterval interval)
    {
        var format = Math.Abs(interval.Mean) < 10 ? "0.000" : "0.0";
        string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Number(interval.Mean)} ±\u00a0{Number((interval.High - interval.Low) / 2)}";
    }
}

/// <summary>Summaries of an evaluation as rows, with the measures in words and an arrow that says which way is better.</summary>
internal static class EvaluationTable
{
    private static readonly (string Key, string Title)[] _measures =
    [
        ("sc", "spectral convergence ↓"), ("logm", "log magnitude ↓"), ("mel", "log-mel ↓"), ("chroma", "chroma ↑"), ("sisdr", "SI-SDR (dB) ↑"),
    ];

    public static DataTable Of(string title, IReadOnlyList<EvaluationSummary> summaries) => new(
        title,
        ["system", "numbers kept", .. _measures.Select(measure => measure.Title)],
        [.. summaries.Select(summary => (IReadOnlyList<object>)[
            summary.System, (int)Math.Round(summary.Numbers), .. _measures.Select(measure => (object)summary.Values[measure.Key])])]);
}

/// <summary>Events as rows, each with its sound.</summary>
internal static class EventTable
{
    // What lies this far below an event's peak is cut off at its ends: players of silence help nobody.
    private const float Inaudible = 1e-2f;

    public static DataTable Of(string title, IReadOnlyList<EventMark> events, Func<int, AudioClip> soundOf, ModelConfig config, int rows)
    {
        var isPitched = config.HertzOf(0) is not null;
        var shown = events.Select((mark, index) => (mark, index)).Take(rows).Select(item => (IReadOnlyList<object>)
        [
            item.index + 1,
            $"{item.mark.Seconds:0.000}",
            isPitched ? NoteNames.Of(config, item.mark.Channel) : item.mark.Channel,
            Rounded.Significant(item.mark.Amplitude, 3),
            Trimmed(soundOf(item.index)) with { Name = $"event {item.index + 1}" },
        ]);
        var note = events.Count > rows ? $"The first {rows} of {events.Count} events." : null;
        return new DataTable(title, ["event", "time (s)", isPitched ? "note" : "channel", "amplitude", "its sound"], [.. shown], note);
    }

    /// <summary>The audible part of a clip; a clip without any stays as it is.</summary>
    internal static AudioClip Trimmed(AudioClip clip)
    {
        var threshold = clip.Samples.Select(Math.Abs).DefaultIfEmpty(0).Max() * Inaudible;
        var first = Array.FindIndex(clip.Samples, sample => Math.Abs(sample) > threshold);
        var last = Array.FindLastIndex(clip.Samples, sample => Math.Abs(sample) > threshold);
        return first < 0 ? clip : clip.Slice(first, last - first + 1);
    }
}
