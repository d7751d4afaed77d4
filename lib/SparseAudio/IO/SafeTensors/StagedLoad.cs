using SparseAudio.Training;
using static TorchSharp.torch;

namespace SparseAudio.IO.SafeTensors;

/// <summary>
/// Fills existing tensors from a file in two stages: first everything is read and judged, then everything is copied.
/// What is wrong with the file is thus found while the tensors are still untouched.
/// </summary>
/// <param name="file">The opened file.</param>
internal sealed class StagedLoad(SafeTensorsFile file)
{
    private readonly List<(SafeTensorsEntry Entry, Tensor Target)> _pairs = [];

    /// <summary>Expects a tensor of the target's type and shape; numbers of 16 bits are widened where the target has 32.</summary>
    /// <param name="name">The tensor's name in the file.</param>
    /// <param name="target">What it will be copied into.</param>
    public void Expect(string name, Tensor target)
    {
        SafeTensorsEntry entry = file.Find(name) ?? throw Bad($"has no tensor '{name}'; the file belongs to another model");
        ScalarType stored = StateDictFile.ToTorch(file.Path, entry);
        bool widens = stored is ScalarType.Float16 or ScalarType.BFloat16 && target.dtype == ScalarType.Float32;
        if (stored != target.dtype && !widens)
        {
            throw Bad($"tensor '{name}' is {entry.Type.FormatName()}, but the model's is {target.dtype}");
        }

        if (!entry.Shape.SequenceEqual(target.shape))
        {
            throw Bad($"tensor '{name}' has the shape [{string.Join(", ", entry.Shape)}], but the model's is [{string.Join(", ", target.shape)}]");
        }

        _pairs.Add((entry, target));
    }

    /// <summary>Expects all the given tensors, and no others whose names begin with the prefix.</summary>
    /// <param name="targets">The tensors by name.</param>
    /// <param name="prefix">What stands before the names in the file.</param>
    public void ExpectAll(IReadOnlyDictionary<string, Tensor> targets, string prefix)
    {
        foreach ((string name, Tensor target) in targets)
        {
            Expect(prefix + name, target);
        }

        foreach (SafeTensorsEntry entry in file.Entries)
        {
            if (entry.Name.StartsWith(prefix, StringComparison.Ordinal) && !targets.ContainsKey(entry.Name[prefix.Length..]))
            {
                throw Bad($"tensor '{entry.Name}' has no place in the model; the file belongs to another one");
            }
        }
    }

    /// <summary>Reads everything, refuses NaN and infinity, then copies.</summary>
    public void Apply()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        List<(Tensor Source, Tensor Target)> staged = _pairs.ConvertAll(pair => (StateDictFile.Read(file, pair.Entry).type_as(pair.Target), pair.Target));
        for (int i = 0; i < staged.Count; i++)
        {
            if (!Numbers.AllFinite(staged[i].Source))
            {
                throw Bad($"tensor '{_pairs[i].Entry.Name}' holds NaN or infinity");
            }
        }

        foreach ((Tensor source, Tensor target) in staged)
        {
            target.copy_(source);
        }
    }

    private SafeTensorsException Bad(string reason) => new(file.Path, reason);
}
