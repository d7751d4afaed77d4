using SparseAudio.Audio;
using SparseAudio.Evaluation.Baselines;

namespace SparseAudio.Evaluation.Rates;

/// <summary>
/// Matching pursuit as a coder: one decomposition of the whole recording, of which each rate keeps the first atoms, quantised and entropy-coded,
/// with a coded noise floor where that is closer.
/// </summary>
/// <param name="name">What tables call it.</param>
/// <param name="family">Shape of the atoms.</param>
public sealed class MatchingPursuitCoder(string name, AtomFamily family) : IRateCoder
{
    // About what an atom takes at the coarsest precision.
    private const double LeastBits = 17;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IEnumerable<CodedSound> Code(AudioClip clip, IReadOnlyList<double> rates, CancellationToken cancellation = default)
    {
        var atoms = (int)(rates.Max() * 1000 * clip.DurationSeconds / LeastBits);
        var found = new MatchingPursuit(family, atoms) { Lattice = AtomCode.Lattice(family) }.Decompose(clip.Samples, cancellation);
        var search = new RateSearch(new AtomCode(family, found.Atoms, clip.Samples.Length, clip.SampleRate), clip.Samples, clip.SampleRate);
        return search.AtRates(rates, clip.DurationSeconds, cancellation);
    }
}
