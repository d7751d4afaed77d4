using System.Text.Json;
using static TorchSharp.torch;

namespace SparseAudio.Parity;

/// <summary>Compares computed values with a folder's reference values and collects the outcome.</summary>
internal sealed class GoldenComparison(GoldenFolder folder)
{
    // Losses carry no tolerance of their own in the index; this is the one it gives for the first training loss.
    private const double LossTolerance = 1e-5;

    // The reference's own rounding noise where the gradient is mathematically zero stays a thousand times below this.
    private const double NoGradientTolerance = 1e-7;

    private readonly IReadOnlyDictionary<string, JsonElement> _tensors = folder.Tensors;
    private readonly List<GoldenRow> _rows = [];

    /// <summary>The outcomes so far.</summary>
    public IReadOnlyList<GoldenRow> Rows => _rows;

    /// <summary>Compares a tensor, if the folder has one of this name.</summary>
    public void Tensor(string name, Tensor value)
    {
        if (!_tensors.TryGetValue(name, out var expected)) return;
        var shape = expected.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        if (!value.shape.SequenceEqual(shape))
        {
            _rows.Add(new GoldenRow(name, $"shape ({string.Join(", ", value.shape)})", double.PositiveInfinity, 0));
            return;
        }
        var numbers = Numbers(value);
        var reference = folder.Read(expected.GetProperty("file").GetString()!).Values;
        var exact = !expected.TryGetProperty("tol_abs", out var elementwise);
        var largest = expected.GetProperty("kind").GetString() == "full"
            ? LargestDifference(reference, numbers)
            : LargestDifference(reference, [.. numbers.Take(64), .. Samples(numbers, 64)]);
        if (exact)
        {
            _rows.Add(new GoldenRow(name, "element", largest, 0));
            return;
        }
        _rows.Add(GoldenRow.Worst(name,
        [
            ("element", largest, elementwise.GetDouble()),
            ("norm", Relative(Norm(numbers), expected.GetProperty("l2")), expected.GetProperty("tol_l2_rel").GetDouble()),
            ("sum", Math.Abs(numbers.Sum() - expected.GetProperty("sum").GetDouble()), expected.GetProperty("tol_sum").GetDouble()),
        ]));
    }

    /// <summary>Compares a loss, or the named parts of one.</summary>
    public void Loss(string name, IReadOnlyDictionary<string, double> parts)
    {
        if (!folder.Scalars.TryGetValue(name, out var expected)) return;
        var value = expected.GetProperty("value");
        var references = value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Select(part => (part.Name, part.Value))
            : [("", value)];
        _rows.Add(GoldenRow.Worst(name, references.Select(part => (
            part.Name.Length == 0 ? "value" : part.Name,
            parts.TryGetValue(part.Name, out var computed) ? Relative(computed, part.Value) : double.NaN,
            LossTolerance))));
    }

    /// <summary>Compares the gradient of a parameter; null means that it has none.</summary>
    public void Gradient(string parameter, Tensor? gradient)
    {
        var expected = folder.Gradients[parameter];
        var name = $"gradient.{parameter}";
        var numbers = gradient is null ? [] : Numbers(gradient);
        if (expected.TryGetProperty("none", out _))
            _rows.Add(new GoldenRow(name, "no gradient", gradient is null ? 0 : double.PositiveInfinity, 0));
        else if (expected.GetProperty("l2").GetDouble() == 0)
            _rows.Add(new GoldenRow(name, "norm", Norm(numbers), 0));
        else if (expected.GetProperty("tol_l2_rel").ValueKind == JsonValueKind.Null)
            _rows.Add(new GoldenRow(name, "norm", Norm(numbers), NoGradientTolerance));
        else
            _rows.Add(GoldenRow.Worst(name,
            [
                ("norm", Relative(Norm(numbers), expected.GetProperty("l2")), expected.GetProperty("tol_l2_rel").GetDouble()),
                ("element", SampleDifference(numbers, expected), expected.GetProperty("tol_samples_abs").GetDouble()),
            ]));
    }

    /// <summary>Compares a running statistic after one forward pass in training mode.</summary>
    public void RunningStatistic(string buffer, Tensor value)
    {
        if (!folder.RunningStatistics.TryGetValue(buffer, out var expected)) return;
        var numbers = Numbers(value);
        var tolerance = expected.GetProperty("tol_l2_rel").GetDouble();
        var largest = expected.GetProperty("samples16").EnumerateArray().Max(sample => Math.Abs(sample.GetDouble()));
        _rows.Add(GoldenRow.Worst($"running.{buffer}",
        [
            ("norm", Relative(Norm(numbers), expected.GetProperty("l2")), tolerance),
            ("element", SampleDifference(numbers, expected), tolerance * largest),
        ]));
    }

    /// <summary>Adds an outcome that was worked out elsewhere.</summary>
    public void Add(GoldenRow row) => _rows.Add(row);

    /// <summary>Adds a miss for every tensor and loss of the folder that nothing was compared with.</summary>
    public void AddMissing()
    {
        var seen = _rows.Select(row => row.Entry).ToHashSet();
        foreach (var name in _tensors.Keys.Concat(folder.Scalars.Keys).Where(name => !seen.Contains(name)))
            _rows.Add(new GoldenRow(name, "nothing computes it", double.PositiveInfinity, 0));
    }

    /// <summary>The relative difference of a number from its reference.</summary>
    public static double Relative(double computed, JsonElement reference) =>
        Math.Abs(computed - reference.GetDouble()) / Math.Max(Math.Abs(reference.GetDouble()), double.Epsilon);

    /// <summary>The square root of the sum of squares, summed in double precision.</summary>
    public static double Norm(IReadOnlyList<double> numbers)
    {
        var sum = 0.0;
        foreach (var number in numbers) sum += number * number;
        return Math.Sqrt(sum);
    }

    /// <summary>The norms along the last dimension, summed in double precision as the reference was.</summary>
    /// <param name="tensor">(…, samples)</param>
    /// <returns>(…) float64</returns>
    public static Tensor RowNorms(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.square().sum(-1, type: ScalarType.Float64).sqrt().MoveToOuterDisposeScope();
    }

    /// <summary>All elements in row-major order.</summary>
    public static double[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var plain = tensor.detach().cpu().contiguous();
        return plain.dtype switch
        {
            ScalarType.Int64 => Array.ConvertAll(plain.data<long>().ToArray(), value => (double)value),
            ScalarType.Float64 => plain.data<double>().ToArray(),
            _ => Array.ConvertAll(plain.data<float>().ToArray(), value => (double)value),
        };
    }

    private static double SampleDifference(double[] numbers, JsonElement expected)
    {
        var reference = expected.GetProperty("samples16").EnumerateArray().Select(sample => sample.GetDouble()).ToArray();
        return LargestDifference(reference, Samples(numbers, Math.Min(16, numbers.Length)));
    }

    // Evenly spread elements, the first and the last among them.
    private static double[] Samples(double[] numbers, int count) =>
        [.. Enumerable.Range(0, count).Select(j => count == 1 ? numbers[0] : numbers[(long)j * (numbers.LongLength - 1) / (count - 1)])];

    private static double LargestDifference(double[] reference, double[] computed) =>
        reference.Length != computed.Length ? double.PositiveInfinity
        : reference.Zip(computed, (a, b) => double.IsNaN(b) ? double.PositiveInfinity : Math.Abs(a - b)).Max();
}
