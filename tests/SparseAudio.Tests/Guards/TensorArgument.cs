using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Guards;

/// <summary>What a member wants of one of its tensors, read from a line such as <c>frames int64 (b, e)</c>.</summary>
/// <param name="Name">The parameter; for a tensor inside of one, with its place: <c>encoding.Values</c>.</param>
/// <param name="Optional">Whether null is allowed, written <c>name?</c>.</param>
/// <param name="Kind"><c>int64</c>, <c>float32</c>, or <c>real</c>: of single or double precision.</param>
/// <param name="Leading">Whether the shape begins with <c>…</c>, any number of dimensions, or <c>1…</c>, any number of them of size 1.</param>
/// <param name="Sizes">A number must be just that; the same name stands for the same size wherever it appears, <c>n=8</c> says which.</param>
internal sealed partial record TensorArgument(string Name, bool Optional, string Kind, string? Leading, IReadOnlyList<TensorArgument.Size> Sizes)
{
    private static readonly Dictionary<string, long> _usual = new() { ["b"] = 2, ["e"] = 3 };

    internal sealed record Size(string Symbol, long Value, bool Free);

    /// <summary>The parameter that an exception must name: the outer one, or the tensor's own name.</summary>
    public IEnumerable<string> ParameterNames => Name.Split('.');

    /// <summary>Reads the tensors of a member, separated by semicolons.</summary>
    public static IReadOnlyList<TensorArgument> Parse(string text)
    {
        var values = new Dictionary<string, long>(_usual);
        var lines = Line().Matches(text);
        string[][] symbols = [
            .. lines.Select(line => line.Groups["sizes"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        foreach (var parts in symbols.SelectMany(line => line).Select(symbol => symbol.Split('=')).Where(parts => parts.Length == 2))
            values[parts[0]] = long.Parse(parts[1], CultureInfo.InvariantCulture);

        string[] names = [.. symbols.SelectMany(line => line).Select(symbol => symbol.Split('=')[0])];
        Size SizeOf(string symbol)
        {
            var name = symbol.Split('=')[0];
            return long.TryParse(name, CultureInfo.InvariantCulture, out var number)
                ? new Size(name, number, Free: false)
                : new Size(name, values[name], Free: names.Count(other => other == name) == 1);
        }

        return [.. lines.Zip(symbols, (line, sizes) => new TensorArgument(
            line.Groups["name"].Value, line.Groups["optional"].Success, line.Groups["kind"].Value, sizes[0].EndsWith('…')
                ? sizes[0]
                : null, [.. sizes.Where(size => !size.EndsWith('…')).Select(SizeOf)]))];
    }

    /// <summary>A tensor as it should be.</summary>
    public Tensor Right() => Of(Shape(), Type);

    /// <summary>Tensors as they should not be, and tensors as they may be too.</summary>
    /// <param name="otherReals">Whether the member takes more real numbers than these, of which all must have the same type.</param>
    public IEnumerable<(string What, Func<Tensor?> Make, bool Refused)> Variations(bool otherReals)
    {
        var shape = Shape();
        yield return ("null", () => null, !Optional);
        yield return ("a single number", () => Of([], Type), true);
        yield return ("a dimension more", () => Of([1, .. shape], Type), Leading is null);
        yield return ("a dimension less", () => Of(shape[1..], Type), Leading is null);
        yield return ("no element", () => Of([.. shape[..^1], 0], Type), true);
        yield return ("other numbers", () => Of(shape, Type == ScalarType.Int64 ? ScalarType.Float32 : ScalarType.Int64), true);
        yield return ("smaller numbers", () => Of(shape, Type == ScalarType.Int64 ? ScalarType.Int32 : ScalarType.Float16), true);
        yield return (
            "larger numbers", () => Of(shape, Type == ScalarType.Int64 ? ScalarType.Bool : ScalarType.Float64), Kind != "real" || otherReals);
        yield return ("no numbers at all", () => empty(shape, Type, META), true);
        if (cuda.is_available()) yield return ("another device", () => Of(shape, Type).cuda(), Kind != "real" || otherReals);
        for (var i = 0; i < Sizes.Count; i++)
        {
            long[] longer = [.. shape];
            longer[^(Sizes.Count - i)]++;
            yield return ($"({string.Join(", ", longer)}) instead of ({string.Join(", ", shape)})", () => Of(longer, Type), !Sizes[i].Free);
        }
    }

    private ScalarType Type => Kind == "int64" ? ScalarType.Int64 : ScalarType.Float32;

    private long[] Shape() => [.. Leading is null ? Array.Empty<long>() : [Leading == "…" ? 2 : 1], .. Sizes.Select(size => size.Value)];

    private static Tensor Of(long[] shape, ScalarType type)
    {
        // Zero is an index everywhere, and not a number to divide by.
        if (type is ScalarType.Int64 or ScalarType.Int32 or ScalarType.Bool) return zeros(shape, type, CPU);
        using var generator = new Generator(1, CPU);
        return rand(shape, ScalarType.Float32, CPU, generator: generator).to_type(type);
    }

    [GeneratedRegex(@"(?<name>[\w.]+)(?<optional>\?)? (?<kind>int64|float32|real) \((?<sizes>[^)]*)\)")]
    private static partial Regex Line();
}
