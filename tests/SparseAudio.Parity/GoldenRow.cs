namespace SparseAudio.Parity;

/// <summary>The outcome for one reference value.</summary>
/// <param name="Entry">Its name.</param>
/// <param name="Measure">What was compared: of several measures the one nearest to its tolerance, or past it.</param>
/// <param name="Error">How far it is from the reference.</param>
/// <param name="Tolerance">How far it may be.</param>
public sealed record GoldenRow(string Entry, string Measure, double Error, double Tolerance)
{
    /// <summary>Whether the value is within its tolerance; not a number is not.</summary>
    public bool Ok => Error <= Tolerance;

    /// <summary>Of several measures of one entry the one that is worst in relation to its tolerance.</summary>
    public static GoldenRow Worst(string entry, IEnumerable<(string Measure, double Error, double Tolerance)> measures) =>
        measures.Select(m => new GoldenRow(entry, m.Measure, m.Error, m.Tolerance)).MaxBy(row => row.Strain)!;

    private double Strain => double.IsNaN(Error) ? double.PositiveInfinity
        : Error == 0 ? 0
        : Error / Tolerance;
}
