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
