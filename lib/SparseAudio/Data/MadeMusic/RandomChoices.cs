namespace SparseAudio.Data.MadeMusic;

/// <summary>Draws from the distributions that made music is composed with.</summary>
internal static class RandomChoices
{
    /// <summary>A generator whose numbers are a function of the given ones, the same on every machine.</summary>
    public static Random For(params ReadOnlySpan<long> numbers) => new(unchecked((int)SplitMix64.Hash(numbers)));

    /// <summary>One of the values, each with the same chance; naming a value twice doubles its chance.</summary>
    public static T Pick<T>(this Random random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    /// <summary>One of the values, with chances in proportion to their weights.</summary>
    public static T Weighted<T>(this Random random, IReadOnlyList<T> values, Func<T, double> weight)
    {
        var place = random.NextDouble() * values.Sum(weight);
        foreach (var value in values)
        {
            place -= weight(value);
            if (place < 0)
                return value;
        }

        return values[^1];
    }

    /// <summary>True with the given chance.</summary>
    public static bool Chance(this Random random, double chance) => random.NextDouble() < chance;

    /// <summary>A number from a range, all equally likely.</summary>
    public static double Between(this Random random, double low, double high) => low + (random.NextDouble() * (high - low));

    /// <summary>A positive number from a range, all ratios equally likely.</summary>
    public static double BetweenRatios(this Random random, double low, double high) => low * Math.Pow(high / low, random.NextDouble());

    /// <summary>A normally distributed number around zero (Box and Muller 1958).</summary>
    public static double Normal(this Random random, double deviation) =>
        deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
