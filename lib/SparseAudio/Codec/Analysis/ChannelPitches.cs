namespace SparseAudio.Codec.Analysis;

/// <summary>The fundamental of each atom, as the model sounds it, for transposing and for turning events into notes.</summary>
public sealed class AtomPitches
{
    private readonly double?[] _hz;
    private readonly int[] _timbres;

    /// <summary>Makes the table.</summary>
    /// <param name="hz">One fundamental per atom in Hz, or null where the atom has no pitch.</param>
    /// <param name="timbres">For models whose atoms come in timbres, each atom's; a transposed event keeps its own. Null: all are alike.</param>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public AtomPitches(IReadOnlyList<double?> hz, IReadOnlyList<int>? timbres = null)
    {
        if (timbres is not null && timbres.Count != hz.Count)
            throw new ArgumentException($"There are {hz.Count} pitches and {timbres.Count} timbres; one each per atom is needed.");
        _hz = [.. hz];
        _timbres = timbres is null ? new int[hz.Count] : [.. timbres];
    }

    /// <summary>The number of atoms.</summary>
    public int Count => _hz.Length;

    /// <summary>The fundamental of an atom in Hz, or null.</summary>
    public double? this[int atom] => _hz[atom];

    /// <summary>The atom of the same timbre as <paramref name="like"/> whose fundamental is nearest to <paramref name="hz"/>, or null without any.</summary>
    public int? Nearest(double hz, int like)
    {
        int? nearest = null;
        var least = double.MaxValue;
        for (var atom = 0; atom < _hz.Length; atom++)
        {
            if (_hz[atom] is not { } candidate || _timbres[atom] != _timbres[like]) continue;
            var distance = Math.Abs(Pitch.Cents(candidate, hz));
            if (distance >= least) continue;
            least = distance;
            nearest = atom;
        }

        return nearest;
    }
}
