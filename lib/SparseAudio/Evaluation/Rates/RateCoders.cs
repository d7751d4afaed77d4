using SparseAudio.Evaluation.Baselines;

namespace SparseAudio.Evaluation.Rates;

/// <summary>The coders that need no training, by name.</summary>
public static class RateCoders
{
    private static readonly (string Name, Func<IRateCoder> Create)[] _all =
    [
        ("gabor", () => new MatchingPursuitCoder("Gabor atoms", AtomFamily.Gabor)),
        ("damped", () => new MatchingPursuitCoder("damped sinusoids", AtomFamily.DampedSinusoid)),
        ("mdct", () => new MdctCoder()),
        ("opus", () => new OpusCoder()),
    ];

    /// <summary>What <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. _all.Select(coder => coder.Name)];

    /// <summary>Makes a coder.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such coder.</exception>
    public static IRateCoder Create(string name) => Array.Find(_all, coder => coder.Name == name).Create?.Invoke()
        ?? throw new ArgumentException($"There is no coder '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
}
