namespace SparseAudio.Data.MadeMusic;

/// <summary>A note of which everything is known: damped harmonic partials under one envelope.</summary>
public sealed record AdditiveNote
{
    /// <summary>When it begins, in seconds; between two samples as well.</summary>
    public required double OnsetSeconds { get; init; }

    /// <summary>Seconds until its release begins.</summary>
    public required double LengthSeconds { get; init; }

    /// <summary>Fundamental frequency.</summary>
    public required double Hz { get; init; }

    /// <summary>Amplitudes of the partials 1, 2, …; those above half the sample rate are left out.</summary>
    public required IReadOnlyList<double> Amplitudes { get; init; }

    /// <summary>How fast each partial dies away, in nepers a second: 0 for never.</summary>
    public required IReadOnlyList<double> Decays { get; init; }

    /// <summary>Phases of the partials at the onset, in radians; null for 0.</summary>
    public IReadOnlyList<double>? Phases { get; init; }

    /// <summary>B of a stiff string, whose partial k has the frequency k·f0·√(1 + B·k²).</summary>
    public double Inharmonicity { get; init; }

    /// <summary>Seconds in which the envelope rises, as half a cosine.</summary>
    public double AttackSeconds { get; init; } = 0.002;

    /// <summary>Time constant in seconds with which the note dies after its length.</summary>
    public double ReleaseSeconds { get; init; } = 0.05;

    /// <summary>Share of its loudness that the note gains (or loses) towards its middle.</summary>
    public double Swell { get; init; }

    /// <summary>Depth of the vibrato, in hundredths of a semitone.</summary>
    public double VibratoCents { get; init; }

    /// <summary>Rate of the vibrato.</summary>
    public double VibratoHz { get; init; } = 5.5;

    /// <summary>Seconds in which the vibrato grows to its depth.</summary>
    public double VibratoDelaySeconds { get; init; } = 0.2;

    /// <summary>Loudness of the noise at the onset.</summary>
    public double Noise { get; init; }

    /// <summary>Time constant in seconds with which that noise dies.</summary>
    public double NoiseSeconds { get; init; } = 0.03;

    /// <summary>Seed of the noise.</summary>
    public int NoiseSeed { get; init; }
}
