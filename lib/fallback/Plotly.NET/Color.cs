namespace Plotly.NET;

/// <summary>A colour.</summary>
public sealed class Color
{
    private Color(string value) => Value = value;

    /// <summary>The colour as plotly.js reads it.</summary>
    internal string Value { get; }

    public static Color fromHex(string s) => new(s);
}
