namespace SparseAudio.Evaluation.Baselines;

/// <summary>Matching pursuit as a system of the evaluation, plain or with noise in place of what the atoms leave.</summary>
/// <param name="name">What the table calls it.</param>
/// <param name="family">Shape of the atoms.</param>
/// <param name="atoms">How many atoms a segment gets.</param>
public sealed class PursuitReconstructor(string name, AtomFamily family, int atoms = 64) : IReconstructor
{
    /// <summary>The noise floor that serves both kinds of atoms well: much quieter than what it stands for, because noise also hides atoms.</summary>
    public const double UsualNoiseGain = 0.25;

    // Half precision, as nobody has tuned a code for these numbers.
    private const int BitsPerNumber = 16;

    /// <summary>Level of the noise floor against the residual that it follows (see <see cref="BandNoise"/>); 0 means none.</summary>
    public double NoiseGain { get; init; }

    /// <summary>Samples a second, for the bands of the noise floor.</summary>
    public int SampleRate { get; init; } = 22050;

    /// <summary>Whether to give every atom alone too, for <see cref="EventMetrics"/>; the noise floor is no event.</summary>
    public bool WithEvents { get; init; }

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public double NumbersPer(int samples) => (atoms * PursuitAtom.Numbers) + (NoiseGain > 0 ? BandNoise.Numbers(samples) : 0);

    /// <inheritdoc/>
    public Reconstruction Rebuild(float[] samples, CancellationToken cancellation)
    {
        var found = new MatchingPursuit(family, atoms).Decompose(samples, cancellation);
        var sound = NoiseGain > 0 ? BandNoise.Like(found.Residual, SampleRate, NoiseGain) : new float[samples.Length];
        var events = new List<float[]>(found.Atoms.Count);
        foreach (var atom in found.Atoms)
        {
            var alone = atom.Render(samples.Length);
            for (var i = 0; i < sound.Length; i++) sound[i] += alone[i];
            if (WithEvents) events.Add(alone);
        }

        return new(sound)
        {
            Events = events.Count > 0 ? events : null,
            EventCount = found.Atoms.Count,
            Bits = NumbersPer(samples.Length) * BitsPerNumber,
        };
    }
}
