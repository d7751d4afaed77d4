using System.Collections.Immutable;

namespace SparseAudio.Codec.Format;

/// <summary>
/// How the numbers of a vector are kept: each as a whole multiple of its step, counted from its centre, or, where there are no steps, bit for
/// bit. Where <paramref name="Logarithmic"/>, the steps are those of the logarithm to the base 2 of its magnitude.
/// </summary>
/// <param name="Count">How many numbers the vector has.</param>
/// <param name="Logarithmic">Whether ratios count, as for amplitudes, or differences.</param>
/// <param name="Steps">The step of each number in half octaves, 2^(<c>Step</c>/2); empty: no loss.</param>
/// <param name="Centres">The centre of each number in quarters of its step; empty: 0.</param>
internal sealed record NumberScales(int Count, bool Logarithmic, ImmutableArray<int> Steps, ImmutableArray<int> Centres)
{
    private const int LargestStep = 100;
    private const int LargestCentre = 1 << 20;
    private const double CentresInStep = 4;

    /// <summary>Whether numbers come back bit for bit.</summary>
    public bool IsLossless => Steps.IsEmpty;

    /// <summary>The step of a number.</summary>
    /// <param name="index">Its place in the vector.</param>
    /// <param name="plane">How many of the lowest bits are left out.</param>
    public double StepOf(int index, int plane = 0) => IsLossless ? 0 : Math.Pow(2, Steps[index] / 2.0 + plane);

    /// <summary>A number as a file holds it, with all its bits.</summary>
    public CodedNumber CodedOf(int index, float number)
    {
        if (IsLossless) return new(BitConverter.SingleToInt32Bits(number), NumberKind.Positive);
        if (!Logarithmic) return new(LevelOf(index, number), NumberKind.Positive);
        return number == 0
            ? new(0, NumberKind.Zero)
            : new(LevelOf(index, Math.Log2(Math.Abs((double)number))), number < 0 ? NumberKind.Negative : NumberKind.Positive);
    }

    /// <summary>The number that a file holds without some of its lowest bits: the middle of those that it could be.</summary>
    public float NumberOf(int index, CodedNumber coded, int plane)
    {
        if (IsLossless) return BitConverter.Int32BitsToSingle(coded.Level);
        if (coded.Kind == NumberKind.Zero) return 0;
        var leftOut = (1L << plane) - 1;
        var level = Math.Sign(coded.Level) * (((long)Math.Abs(coded.Level) << plane) + leftOut / 2.0);
        var number = (level + CentreOf(index)) * StepOf(index);
        if (!Logarithmic) return (float)number;
        return (float)(coded.Kind == NumberKind.Negative ? -Math.Pow(2, number) : Math.Pow(2, number));
    }

    /// <summary>Checks what came from a file.</summary>
    /// <exception cref="FormatException">They cannot be the scales of a vector.</exception>
    public void Validate(string name)
    {
        if (Count is < 1 or > CodeRules.MostNumbers || Steps.IsDefault || Centres.IsDefault
            || (Steps.Length != 0 && Steps.Length != Count) || (Centres.Length != 0 && Centres.Length != Steps.Length))
            throw new FormatException($"{name} has {Count} numbers, {(Steps.IsDefault ? 0 : Steps.Length)} steps and "
                + $"{(Centres.IsDefault ? 0 : Centres.Length)} centres");
        if (Steps.FirstOrDefault(step => Math.Abs((long)step) > LargestStep) is var wrong && wrong != 0)
            throw new FormatException($"{name} has a step of {wrong} half octaves");
        if (Centres.FirstOrDefault(centre => Math.Abs((long)centre) > LargestCentre) is var far && far != 0)
            throw new FormatException($"{name} has a centre of {far} quarters of a step");
    }

    private double CentreOf(int index) => Centres.IsEmpty ? 0 : Centres[index] / CentresInStep;

    private int LevelOf(int index, double number) => (int)Math.Clamp(
        Math.Round(number / StepOf(index) - CentreOf(index)), -CodedNumber.MostLevel, CodedNumber.MostLevel);

    /// <summary>Collects vectors of one kind that come one by one, for the scales that fit them.</summary>
    /// <param name="logarithmic">Whether ratios count.</param>
    /// <param name="centred">Whether to count from the mean; otherwise from 0.</param>
    public sealed class Summary(bool logarithmic, bool centred)
    {
        private double[] _sums = [];
        private double[] _largest = [];
        private long[] _counts = [];

        /// <summary>Adds a vector; all have as many numbers as the first.</summary>
        public void Add(ReadOnlySpan<float> vector)
        {
            if (_sums.Length == 0) (_sums, _largest, _counts) = (new double[vector.Length], new double[vector.Length], new long[vector.Length]);
            for (var i = 0; i < vector.Length; i++)
            {
                if (logarithmic && vector[i] == 0) continue;
                var number = logarithmic ? Math.Log2(Math.Abs((double)vector[i])) : vector[i];
                _sums[i] += number;
                _counts[i]++;
                _largest[i] = Math.Max(_largest[i], Math.Abs(number));
            }
        }

        /// <summary>The scales; null where the vectors have no numbers.</summary>
        /// <param name="steps">The steps that are wanted, in half octaves; null: no loss.</param>
        public NumberScales? Scales(Func<int, int>? steps)
        {
            if (_sums.Length == 0) return null;
            if (steps is null) return new(_sums.Length, logarithmic, [], []);

            // A level has a limited number of bits; absurd numbers get larger steps.
            var fitting = _largest.Select(
                (largest, i) => Math.Max(steps(i), (int)Math.Ceiling(2 * Math.Log2(largest / CodedNumber.MostLevel + 1e-30))));
            var scales = new NumberScales(_sums.Length, logarithmic, [.. fitting], []);
            return centred
                ? scales with { Centres = [.. _sums.Select((sum, i) => Centre(sum / Math.Max(1, _counts[i]) / scales.StepOf(i)))] }
                : scales;
        }

        private static int Centre(double steps) => (int)Math.Clamp(Math.Round(steps * CentresInStep), -LargestCentre, LargestCentre);
    }
}

/// <summary>A number as a file holds it.</summary>
/// <param name="Level">Whole steps from the centre, or the bits of the number where nothing is lost.</param>
/// <param name="Kind">Of a logarithmic number, what the logarithm does not say.</param>
internal readonly record struct CodedNumber(int Level, NumberKind Kind)
{
    /// <summary>The largest magnitude of a level.</summary>
    public const int MostLevel = (1 << 26) - 1;

    /// <summary>The same without some of the lowest bits of the magnitude.</summary>
    public CodedNumber Without(int bits) => bits == 0 ? this : this with { Level = Math.Sign(Level) * (Math.Abs(Level) >> bits) };
}

/// <summary>What the logarithm of a number's magnitude does not say.</summary>
internal enum NumberKind
{
    Positive,
    Negative,
    Zero,
}
