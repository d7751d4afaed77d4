namespace Plotly.NET;

/// <summary>The named choices that plotly.js knows, as values of their own types.</summary>
public static class StyleParam
{
    /// <summary>What a scatter trace draws.</summary>
    public sealed class Mode
    {
        private Mode(string name) => Name = name;

        public static Mode Lines { get; } = new("lines");

        internal string Name { get; }
    }

    /// <summary>How an axis counts.</summary>
    public sealed class AxisType
    {
        private AxisType(string name) => Name = name;

        public static AxisType Log { get; } = new("log");

        internal string Name { get; }
    }

    /// <summary>How values become colours.</summary>
    public sealed class Colorscale
    {
        private Colorscale(IReadOnlyList<Tuple<double, Color>> stops) => Stops = stops;

        internal IReadOnlyList<Tuple<double, Color>> Stops { get; }

        public static Colorscale NewCustom(IEnumerable<Tuple<double, Color>> item) => new([.. item]);
    }
}
