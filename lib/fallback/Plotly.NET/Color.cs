namespace Plotly.NET;

/// <summary>A colour, or one colour a point.</summary>
public sealed class Color
{
    private Color(object value) => Value = value;

    /// <summary>The colour as plotly.js reads it: a string, or an array of strings.</summary>
    internal object Value { get; }

    public static Color fromHex(string s) => new(s);

    public static Color fromColors(IEnumerable<Color> c) => new(c.Select(color => (string)color.Value).ToArray());
}
