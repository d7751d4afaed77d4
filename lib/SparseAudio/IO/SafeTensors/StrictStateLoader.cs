using static TorchSharp.torch;

namespace SparseAudio.IO.SafeTensors;

/// <summary>
/// Fills existing tensors from a file in two stages: first all numbers are read and checked, then all are copied. Whatever is wrong with
/// the file is thus found while the tensors are still as they were.
/// </summary>
/// <param name="file">The opened file.</param>
internal sealed class StrictStateLoader(SafeTensorsFile file)
{
    private readonly List<(SafeTensorsEntry Entry, Tensor Target)> _pairs = [];

    /// <summary>Whether a tensor is free of NaN and infinity.</summary>
    public static bool AllFinite(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.isfinite().all().item<bool>();
    }

    /// <summary>Expects a tensor of the target's type and shape; numbers of 16 bits are widened where the target has 32.</summary>
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="target">The tensor that receives the numbers.</param>
    public void Expect(string name, Tensor target)
    {
        var entry = file.Find(name) ?? throw Refusal($"has no tensor '{name}'; the file belongs to another model");
        var stored = file.TorchType(entry);
        var widens = stored is ScalarType.Float16 or ScalarType.BFloat16 && target.dtype == ScalarType.Float32;
        if (stored != target.dtype && !widens)
            throw Refusal($"tensor '{name}' is {SafeTensorsEntry.NameOf(entry.Type)}, but the model's is {target.dtype}");
        if (!entry.Shape.SequenceEqual(target.shape))
            throw Refusal(
                $"tensor '{name}' has the shape [{string.Join(", ", entry.Shape)}], but the model's is [{string.Join(", ", target.shape)}]");
        _pairs.Add((entry, target));
    }

    /// <summary>Expects all the given tensors, and no others whose names begin with the prefix.</summary>
    /// <param name="targets">The tensors by name.</param>
    /// <param name="prefix">What stands before the names in the file.</param>
    public void ExpectAll(IReadOnlyDictionary<string, Tensor> targets, string prefix = "")
    {
        foreach (var (name, target) in targets) Expect(prefix + name, target);
        var surplus = file.Entries.FirstOrDefault(entry =>
            entry.Name.StartsWith(prefix, StringComparison.Ordinal) && !targets.ContainsKey(entry.Name[prefix.Length..]));
        if (surplus is not null) throw Refusal($"tensor '{surplus.Name}' has no place in the model; the file belongs to another one");
    }

    /// <summary>Reads everything that is expected, refuses NaN and infinity, then copies.</summary>
    /// <exception cref="SafeTensorsException">A number is NaN or infinite, or the file cannot be read any more; no tensor has changed.</exception>
    public void Load()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var sources = _pairs.ConvertAll(pair => file.ReadTensor(pair.Entry));
        foreach (var (source, (entry, _)) in sources.Zip(_pairs))
            if (!AllFinite(source)) throw Refusal($"tensor '{entry.Name}' holds NaN or infinity");
        foreach (var (source, (_, target)) in sources.Zip(_pairs)) target.copy_(source);
    }

    private SafeTensorsException Refusal(string reason) => new(file.Path, reason);
}
