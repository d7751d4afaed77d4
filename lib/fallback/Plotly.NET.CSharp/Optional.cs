namespace Plotly.NET.CSharp;

/// <summary>A parameter that may be left out.</summary>
public struct Optional<T>(T Value, bool IsSome)
{
    public T Value { get; set; } = Value;

    public bool IsSome { get; set; } = IsSome;

    public static implicit operator Optional<T>(T Value) => new(Value, true);
}
