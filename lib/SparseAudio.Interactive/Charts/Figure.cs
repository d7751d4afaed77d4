using System.Text.Json;
using Plotly.NET;
using SparseAudio.Interactive.Formatting;
using SparseAudio.Interactive.Pictures;

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
    private readonly Axis? _named;

    internal Figure(string title, GenericChart chart, string pictureUri, int height = 300, Axis? named = null)
    {
        (_title, Chart, _picture, _height, _named) = (title, chart, pictureUri, height, named);
    }

    /// <summary>The Plotly figure, to restyle or combine.</summary>
    public GenericChart Chart { get; }

    /// <summary>The picture as a data URI.</summary>
    internal string Picture => _picture;

    /// <inheritdoc/>
    public string ToHtml() => $"""
        {Html.Style("figure")}<figure class="sa-figure" data-height="{_height}"{Names()}>
        <figcaption>{Html.Text(_title)}</figcaption>
        <div class="sa-plot"></div>
        <img alt="{Html.Text(_title)}" src="{_picture}">
        <script type="application/json">{GenericChart.toFigureJson(Chart).Replace("<", "\\u003c")}</script>
        </figure>
        {Html.Script("figure")}
        """;

    /// <inheritdoc/>
    public override string ToString() => _title;

    // Plotly.NET has no ticks with names for C#; the script sets them.
    private string Names()
    {
        if (_named?.Names is not { } names) return "";
        var json = JsonSerializer.Serialize(names.Select(name => new object[] { name.At, name.Name }));
        return $" data-names-{(_named.NamesAside ? "aside" : "ticks")}=\"{Html.Text(json)}\"";
    }
}

/// <summary>The colours of all charts; each can be told from the others by lightness alone.</summary>
internal static class Palette
{
    public static readonly IReadOnlyList<string> Series = ["#1d9a8a", "#e8922c", "#8a5fc7", "#c8434f", "#4a8fd6", "#8c8c3c"];

    /// <summary>A heat map's colours as Plotly takes them.</summary>
    public static StyleParam.Colorscale Of(ColorRamp ramp) =>
        StyleParam.Colorscale.NewCustom(ramp.Stops.Select(stop => Tuple.Create(stop.At, Color.fromHex($"#{stop.Color:X6}"))));

    public static string OfSeries(int index) => Series[index % Series.Count];
}

/// <summary>Rounds what goes into a page: an eye cannot see the rest, and a file need not hold it.</summary>
internal static class Rounded
{
    private const int MostDecimals = 15;

    /// <summary>To four significant digits, unless told otherwise.</summary>
    public static double Significant(double value, int digits = 4)
    {
        if (value == 0 || !double.IsFinite(value))
            return value;

        var decimals = digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return decimals is >= 0 and <= MostDecimals ? Math.Round(value, decimals) : value;
    }
}
