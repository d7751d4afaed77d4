using Plotly.NET;
using SparseAudio.Interactive.Formatting;

namespace SparseAudio.Interactive.Charts;

/// <summary>
/// A chart twice: as a Plotly figure for pages that run scripts, and as a picture that shows until the figure is drawn, and
/// on where it never is.
/// </summary>
public sealed class Figure : INotebookOutput
{
    private readonly string _title;
    private readonly string _picture;
    private readonly int _height;

    internal Figure(string title, GenericChart chart, string pictureUri, int height = 300)
    {
        (_title, Chart, _picture, _height) = (title, chart, pictureUri, height);
    }

    /// <summary>The Plotly figure, to restyle or combine.</summary>
    public GenericChart Chart { get; }

    /// <inheritdoc/>
    public string ToHtml() => $"""
        {Html.Style("figure")}<figure class="sa-figure" data-height="{_height}">
        <figcaption>{Html.Text(_title)}</figcaption>
        <div class="sa-plot"></div>
        <img alt="{Html.Text(_title)}" src="{_picture}">
        <script type="application/json">{GenericChart.toFigureJson(Chart).Replace("<", "\\u003c")}</script>
        </figure>
        {Html.Script("figure")}
        """;

    /// <inheritdoc/>
    public override string ToString() => _title;
}
