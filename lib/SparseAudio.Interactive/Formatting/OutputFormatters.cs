namespace SparseAudio.Interactive.Formatting;

/// <summary>Makes the formatters of all types that are notebook outputs themselves.</summary>
internal sealed class OutputFormatters
{
    /// <summary>The formatters, found and called by their shape alone: a MimeType and a Format(object, TextWriter).</summary>
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new TextFormatter("text/html", value => ((INotebookOutput)value).ToHtml()),
        new TextFormatter("text/plain", value => value.ToString() ?? ""),
    ];
}
