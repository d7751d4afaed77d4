namespace SparseAudio.Interactive.Charts;

/// <summary>Rounds what goes into a page: an eye cannot see the rest, and a file need not hold it.</summary>
internal static class Rounded
{
    private const int MostDecimals = 15;

    /// <summary>To four significant digits, unless told otherwise.</summary>
    public static double Significant(double value, int digits = 4)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value;
        }

        int decimals = digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return decimals is >= 0 and <= MostDecimals ? Math.Round(value, decimals) : value;
    }
}
