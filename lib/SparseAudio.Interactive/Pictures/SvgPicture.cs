using System.Globalization;
using System.Text;
using SparseAudio.Interactive.Formatting;

namespace SparseAudio.Interactive.Pictures;

/// <summary>Draws a chart as SVG, in greys and colours that can be read on light and on dark pages.</summary>
internal sealed class SvgPicture
{
    private const int Width = 720, UsualLeft = 62, UsualRight = 14, NamesRight = 40, Top = 26, Bottom = 46, LineHeight = 15;

    private readonly StringBuilder _svg = new();
    private readonly Axis _x;
    private readonly Axis _y;
    private readonly int _height;
    private readonly int _left;
    private double _legendX;

    /// <param name="x">The horizontal axis; without a title it has no ticks.</param>
    /// <param name="y">The vertical axis; without a title it has no ticks, and the grid's lines are those of the horizontal one.</param>
    /// <param name="height">Pixels, where the width is 720.</param>
    /// <param name="left">Pixels to the left of the plot.</param>
    public SvgPicture(Axis x, Axis y, int height = 300, int left = UsualLeft)
    {
        (_x, _y, _height, _left, _legendX) = (x, y, height, left, left);
        _svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"system-ui,sans-serif\" font-size=\"13\" "
                + $"fill=\"#808080\">");
        DrawAxes();
    }

    private int PlotWidth => Width - _left - Right;

    private int Right => _y.Names is null || !_y.NamesAside ? UsualRight : NamesRight;

    private int PlotHeight => _height - Top - Bottom;

    /// <summary>Fills the plot with an image; smooth where its cells are many, in plain cells where they are few.</summary>
    public SvgPicture Image(byte[] png, bool pixelated = true)
    {
        var rendering = pixelated ? " style=\"image-rendering:pixelated\"" : "";
        _svg.Append(CultureInfo.InvariantCulture,
            $"<image x=\"{_left}\" y=\"{Top}\" width=\"{PlotWidth}\" height=\"{PlotHeight}\" preserveAspectRatio=\"none\"{rendering} "
                + $"href=\"data:image/png;base64,{Convert.ToBase64String(png)}\"/>");
        return this;
    }

    public SvgPicture Line(IEnumerable<(double X, double Y)> points, string color, double opacity = 1, double width = 1.5)
    {
        var path = string.Join(' ', points.Where(point => double.IsFinite(point.Y)).Select(point => $"{X(point.X)},{Y(point.Y)}"));
        _svg.Append(CultureInfo.InvariantCulture,
            $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" stroke-opacity=\"{opacity}\" "
                + $"stroke-linejoin=\"round\"/>");
        return this;
    }

    public SvgPicture Circle(double x, double y, double radius, string color)
    {
        _svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(x)}\" cy=\"{Y(y)}\" r=\"{radius:0.#}\" fill=\"{color}\" fill-opacity=\".75\"/>");
        return this;
    }

    /// <summary>A bar from 0 (or the axis's end nearest to it), its place and width in fractions of the plot.</summary>
    public SvgPicture Bar(double place, double width, double value, string color)
    {
        double zero = Math.Clamp(_y.Place(0), 0, 1), top = Math.Clamp(_y.Place(value), 0, 1);
        var y = Top + (PlotHeight * (1 - Math.Max(zero, top)));
        _svg.Append(CultureInfo.InvariantCulture,
            $"<rect x=\"{_left + (PlotWidth * place):0.#}\" y=\"{y:0.#}\" width=\"{PlotWidth * width:0.#}\" "
                + $"height=\"{PlotHeight * Math.Abs(top - zero):0.#}\" fill=\"{color}\"/>");
        return this;
    }

    /// <summary>A bar from 0 to the right, its name to the left of the plot.</summary>
    public SvgPicture Row(double y, double thickness, double value, string color, IReadOnlyList<string> name)
    {
        var zero = _left + (PlotWidth * Math.Clamp(_x.Place(Math.Min(0, value)), 0, 1));
        var length = PlotWidth * Math.Abs(_x.Place(value) - _x.Place(0));
        double top = Top + (PlotHeight * (1 - _y.Place(y + (thickness / 2)))), bottom = Top + (PlotHeight * (1 - _y.Place(y - (thickness / 2))));
        _svg.Append(CultureInfo.InvariantCulture,
            $"<rect x=\"{zero:0.#}\" y=\"{top:0.#}\" width=\"{length:0.#}\" height=\"{bottom - top:0.#}\" fill=\"{color}\"/>");
        for (var i = 0; i < name.Count; i++)
        {
            var line = ((top + bottom) / 2) + (LineHeight * (i - ((name.Count - 1) / 2.0)));
            _svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{_left - 7}\" y=\"{line:0.#}\" dy=\".35em\" text-anchor=\"end\">{Html.Text(name[i])}</text>");
        }

        return this;
    }

    /// <summary>A label under the plot, for bars.</summary>
    public SvgPicture Category(double place, string label)
    {
        _svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{_left + (PlotWidth * place):0.#}\" y=\"{_height - Bottom + 18}\" text-anchor=\"middle\">{Html.Text(label)}</text>");
        return this;
    }

    public SvgPicture Legend(string name, string color)
    {
        _svg.Append(CultureInfo.InvariantCulture,
            $"<rect x=\"{_legendX:0}\" y=\"6\" width=\"14\" height=\"10\" fill=\"{color}\"/><text x=\"{_legendX + 19:0}\" "
                + $"y=\"15\">{Html.Text(name)}</text>");
        _legendX += 40 + (7.2 * name.Length);
        return this;
    }

    /// <summary>The picture as the source of an img element.</summary>
    public string DataUri() => "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(_svg + "</svg>"));

    private void DrawAxes()
    {
        foreach (var tick in _x.Title.Length > 0 ? _x.Ticks() : [])
        {
            var line = _y.Title.Length > 0 ? "" : $"<path d=\"M{X(tick)} {Top}V{_height - Bottom}\" stroke=\"#808080\" stroke-opacity=\".25\"/>";
            _svg.Append(CultureInfo.InvariantCulture,
                $"{line}<text x=\"{X(tick)}\" y=\"{_height - Bottom + 18}\" text-anchor=\"middle\">{_x.Label(tick)}</text>");
        }

        foreach (var tick in _y.Title.Length > 0 ? _y.Ticks() : [])
        {
            _svg.Append(CultureInfo.InvariantCulture,
                $"<path d=\"M{_left} {Y(tick)}H{Width - Right}\" stroke=\"#808080\" stroke-opacity=\".25\"/><text x=\"{_left - 7}\" "
                    + $"y=\"{Y(tick)}\" dy=\".35em\" text-anchor=\"end\">{_y.Label(tick)}</text>");
        }

        foreach (var (at, name) in _y.NamesAside ? _y.Names ?? [] : [])
        {
            _svg.Append(CultureInfo.InvariantCulture,
                $"<text x=\"{Width - Right + 6}\" y=\"{Y(at)}\" dy=\".35em\">{Html.Text(name)}</text>");
        }

        var middle = Top + (PlotHeight / 2.0);
        _svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{_left + (PlotWidth / 2)}\" y=\"{_height - 8}\" text-anchor=\"middle\">{Html.Text(_x.Title)}</text><text "
                + $"transform=\"translate(15 {middle:0}) rotate(-90)\" text-anchor=\"middle\">{Html.Text(_y.Title)}</text>");
    }

    private string X(double value) => (_left + (PlotWidth * _x.Place(value))).ToString("0.#", CultureInfo.InvariantCulture);

    private string Y(double value) => (Top + (PlotHeight * (1 - _y.Place(value)))).ToString("0.#", CultureInfo.InvariantCulture);
}

/// <summary>One axis of a picture.</summary>
/// <param name="Title">What it measures, with its unit.</param>
/// <param name="Min">Value at the left or lower end.</param>
/// <param name="Max">Value at the right or upper end.</param>
/// <param name="IsLog">Equal steps are equal factors; the ends must be above 0.</param>
internal sealed record Axis(string Title, double Min, double Max, bool IsLog = false)
{
    /// <summary>Names of places on the axis, such as notes: its ticks, or where <see cref="NamesAside"/>, labels on the other side.</summary>
    public IReadOnlyList<(double At, string Name)>? Names { get; init; }

    /// <summary>Whether the names stand on the other side, beside the axis's own numbers.</summary>
    public bool NamesAside { get; init; }

    /// <summary>Covers all values, with a little room.</summary>
    public static Axis Around(string title, IEnumerable<double> values, bool isLog = false)
    {
        var finite = values.Where(value => double.IsFinite(value) && (!isLog || value > 0)).DefaultIfEmpty(1).ToList();
        var (min, max) = (finite.Min(), finite.Max());
        if (isLog)
            return new Axis(title, min / 1.1, max * 1.1, isLog);

        var room = max > min ? 0.04 * (max - min) : Math.Max(1e-9, 0.1 * Math.Abs(max));
        return new Axis(title, min - room, max + room);
    }

    /// <summary>Where a value lies, from 0 to 1.</summary>
    public double Place(double value) => IsLog
        ? Math.Log(Math.Max(value, Min) / Min) / Math.Log(Max / Min)
        : (value - Min) / (Max - Min);

    /// <summary>Round values along the axis, about five.</summary>
    public IReadOnlyList<double> Ticks()
    {
        if (Names is not null && !NamesAside)
            return [.. Names.Select(name => name.At).Where(at => at >= Min && at <= Max)];

        if (IsLog && Max / Min > 8)
        {
            var decades = Enumerable.Range(-12, 25).Select(power => Math.Pow(10, power));
            return [.. decades.SelectMany(decade => new[] { decade, 2 * decade, 5 * decade }).Where(tick => tick >= Min && tick <= Max)];
        }

        double rough = (Max - Min) / 5, unit = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = unit * new[] { 1, 2, 5, 10 }.First(factor => factor * unit >= rough * 0.999);
        var first = (long)Math.Ceiling(Min / step);
        var count = (int)((long)Math.Floor(Max / step) - first + 1);
        return [.. Enumerable.Range(0, count).Select(i => (first + i) * step)];
    }

    /// <summary>A tick's label.</summary>
    public string Label(double tick) =>
        Names is not null && !NamesAside ? Names.First(name => name.At == tick).Name
        : Math.Abs(tick) >= 10000 ? (tick / 1000).ToString("0.#", CultureInfo.InvariantCulture) + "k"
        : tick.ToString("0.####", CultureInfo.InvariantCulture);
}
