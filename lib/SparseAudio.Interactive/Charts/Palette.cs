using Plotly.NET;
using SparseAudio.Interactive.Pictures;

namespace SparseAudio.Interactive.Charts;

/// <summary>The colours of all charts; each can be told from the others by lightness alone.</summary>
internal static class Palette
{
    public static readonly IReadOnlyList<string> Series = ["#1d9a8a", "#e8922c", "#8a5fc7", "#c8434f", "#4a8fd6", "#8c8c3c"];

    /// <summary>A heat map's colours as Plotly takes them.</summary>
    public static StyleParam.Colorscale Of(ColorRamp ramp) =>
        StyleParam.Colorscale.NewCustom(ramp.Stops.Select(stop => Tuple.Create(stop.At, Color.fromHex($"#{stop.Color:X6}"))));

    public static string OfSeries(int index) => Series[index % Series.Count];
}
