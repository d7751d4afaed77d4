namespace SparseAudio.Evaluation.Baselines;

/// <summary>The systems that need no training, by name.</summary>
public static class Baseline
{
    private static readonly (string Name, Func<int, bool, IReconstructor> Create)[] _all =
    [
        ("silence", (_, _) => new Silence()),
        ("noise", (rate, _) => new BandNoiseReconstructor { SampleRate = rate }),
        ("gabor", (rate, events) => Pursuit("64 Gabor atoms", AtomFamily.Gabor, noise: 0, rate, events)),
        ("damped", (rate, events) => Pursuit("64 damped sinusoids", AtomFamily.DampedSinusoid, noise: 0, rate, events)),
        ("gabor+noise", (rate, events) => Pursuit("64 Gabor atoms + noise", AtomFamily.Gabor, PursuitReconstructor.UsualNoiseGain, rate, events)),
        ("damped+noise", (rate, events) => Pursuit(
            "64 damped sinusoids + noise", AtomFamily.DampedSinusoid, PursuitReconstructor.UsualNoiseGain, rate, events)),
    ];

    /// <summary>What <see cref="Create"/> knows, from the simplest on.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. _all.Select(baseline => baseline.Name)];

    /// <summary>Makes a baseline.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="sampleRate">Samples a second of the segments.</param>
    /// <param name="withEvents">Whether it gives its events alone too, for <see cref="EventMetrics"/>.</param>
    /// <exception cref="ArgumentException">There is no such baseline.</exception>
    public static IReconstructor Create(string name, int sampleRate = 22050, bool withEvents = false) =>
        Array.Find(_all, baseline => baseline.Name == name).Create?.Invoke(sampleRate, withEvents)
        ?? throw new ArgumentException($"There is no baseline '{name}'; there are {string.Join(", ", Names)}.", nameof(name));

    private static PursuitReconstructor Pursuit(string name, AtomFamily family, double noise, int sampleRate, bool withEvents) =>
        new(name, family) { NoiseGain = noise, SampleRate = sampleRate, WithEvents = withEvents };
}

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
