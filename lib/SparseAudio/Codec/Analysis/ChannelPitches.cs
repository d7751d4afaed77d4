namespace SparseAudio.Codec.Analysis;

/// <summary>The fundamental of each channel, as the model sounds it, for transposing and for turning events into notes.</summary>
public sealed class ChannelPitches
{
    private readonly double?[] _hz;
    private readonly int[] _timbres;

    /// <summary>Makes the table.</summary>
    /// <param name="hz">One fundamental per channel in Hz, or null where the channel has no pitch.</param>
    /// <param name="timbres">For models whose channels come in timbres, each channel's; a transposed event keeps its own. Null: all are alike.</param>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public ChannelPitches(IReadOnlyList<double?> hz, IReadOnlyList<int>? timbres = null)
    {
        if (timbres is not null && timbres.Count != hz.Count)
            throw new ArgumentException($"There are {hz.Count} pitches and {timbres.Count} timbres; one each per channel is needed.");
        _hz = [.. hz];
        _timbres = timbres is null ? new int[hz.Count] : [.. timbres];
    }

    /// <summary>The number of channels.</summary>
    public int Count => _hz.Length;

    /// <summary>The fundamental of an channel in Hz, or null.</summary>
    public double? this[int channel] => _hz[channel];

    /// <summary>The channel of the same timbre as <paramref name="like"/> whose fundamental is nearest to <paramref name="hz"/>, or null without any.</summary>
    public int? Nearest(double hz, int like)
    {
        int? nearest = null;
        var least = double.MaxValue;
        for (var channel = 0; channel < _hz.Length; channel++)
        {
            if (_hz[channel] is not { } candidate || _timbres[channel] != _timbres[like]) continue;
            var distance = Math.Abs(Pitch.Cents(candidate, hz));
            if (distance >= least) continue;
            least = distance;
            nearest = channel;
        }

        return nearest;
    }
}
