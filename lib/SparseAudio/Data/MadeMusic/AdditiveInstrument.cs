using SparseAudio.Data.Notes;

namespace SparseAudio.Data.MadeMusic;

/// <summary>
/// A random timbre from which the notes of one part are made: a spectrum with formants, a decay or a bow, an attack, noise. Some that last are
/// organs, whose stops sound an octave below a note and one, two and three above, and at the twelfths between.
/// </summary>
internal sealed class AdditiveInstrument
{
    private const int MostPartials = 24;
    private const double HighestHz = 9500;
    private const int MiddlePitch = 60;
    private const double OrganChance = 0.3;

    // Stops of 16, 8, 5 1/3, 4, 2 2/3, 2 and 1 feet, as multiples of half the note's frequency, and how often they are drawn.
    private static readonly (int Multiple, double Chance)[] _organStops = [(1, 0.35), (2, 1), (3, 0.2), (4, 0.7), (6, 0.3), (8, 0.5), (16, 0.15)];

    private readonly Random _random;
    private readonly bool _sustained;
    private readonly double _tilt;
    private readonly double _unevenness;
    private readonly double _evenPartials;
    private readonly double _attack;
    private readonly double _decaySeconds;
    private readonly double _decayOfHigher;
    private readonly double _vibrato;
    private readonly double _vibratoHz;
    private readonly double _noise;
    private readonly double _inharmonicity;
    private readonly double _level;
    private readonly double[] _shape = new double[MostPartials];
    private readonly double[] _formants = new double[3];
    private readonly (int Multiple, double Loudness)[] _stops = [];

    /// <summary>Draws a timbre.</summary>
    /// <param name="random">What everything is drawn from.</param>
    /// <param name="sustained">Whether notes last as long as they are held.</param>
    public AdditiveInstrument(Random random, bool sustained)
    {
        _random = random;
        _sustained = sustained;
        _tilt = random.Between(0.4, 2.2);
        _unevenness = random.Between(0, 1);
        _evenPartials = random.Pick(1, 1, 1, 0.15);
        _attack = sustained ? random.Between(0.01, 0.12) : random.Between(0.001, 0.008);
        _decaySeconds = random.BetweenRatios(0.15, 3);
        _decayOfHigher = random.Between(0.05, 0.25);
        _vibrato = sustained && random.Chance(0.67) ? random.Between(5, 35) : 0;
        _vibratoHz = random.Between(4.5, 7);
        _noise = random.BetweenRatios(0.002, 0.05);
        _inharmonicity = sustained ? 0 : random.BetweenRatios(5e-5, 7e-4);
        _level = Math.Exp(random.Normal(0.4));
        for (var k = 0; k < _shape.Length; k++)
            _shape[k] = random.Normal(0.7);

        for (var k = 0; k < _formants.Length; k++)
            _formants[k] = random.BetweenRatios(300, 3000);

        if (sustained && random.Chance(OrganChance))
            _stops = [.. _organStops.Where(stop => random.Chance(stop.Chance)).Select(stop => (stop.Multiple, random.BetweenRatios(0.25, 1.5)))];
    }

    /// <summary>A note with this timbre, louder and brighter with its velocity, and never quite like the one before.</summary>
    public AdditiveNote Note(NoteLabel label)
    {
        var partials = Math.Max(1, (int)Math.Min(MostPartials, HighestHz / label.Hz));
        var strength = label.Velocity / 127.0;
        var amplitudes = new double[partials];
        var decays = new double[partials];
        var phases = new double[partials];
        for (var k = 0; k < partials; k++)
        {
            var order = k + 1;
            var hz = order * label.Hz;
            var colour = Math.Exp(_unevenness * (_shape[k] + _random.Normal(0.3))) * (order % 2 == 0 ? _evenPartials : 1);
            var formant = 1 + (2 * _formants.Sum(centre => Math.Exp(-Math.Pow((hz - centre) / 300, 2))));
            amplitudes[k] = Math.Pow(order, -_tilt) * colour * formant * (0.3 + (0.7 * Math.Pow(strength, 1 + (0.1 * order))));
            decays[k] = _sustained ? 0 : (1 + (_decayOfHigher * k)) * label.Pitch / MiddlePitch / _decaySeconds;
            phases[k] = _random.Between(0, 2 * Math.PI);
        }

        if (_stops.Length > 0)
            (amplitudes, decays, phases) = Pipes(label.Hz, amplitudes);

        var loudness = Math.Pow(strength, 1.5) * _level / amplitudes.Sum();
        return new AdditiveNote
        {
            OnsetSeconds = label.OnsetSeconds,
            LengthSeconds = label.DurationSeconds,
            Hz = _stops.Length > 0 ? label.Hz / 2 : label.Hz,
            Amplitudes = [.. amplitudes.Select(amplitude => amplitude * loudness)],
            Decays = decays,
            Phases = phases,
            Inharmonicity = _inharmonicity,
            AttackSeconds = Math.Min(_attack, label.DurationSeconds / 2),
            ReleaseSeconds = _sustained ? _random.Between(0.02, 0.1) : _random.Between(0.03, 0.12),
            Swell = _sustained ? _random.Between(-0.4, 0.4) : 0,
            VibratoCents = _vibrato,
            VibratoHz = _vibratoHz * _random.Between(0.95, 1.05),
            VibratoDelaySeconds = _random.Between(0.05, 0.4),
            Noise = _noise * loudness * amplitudes[0],
            NoiseSeconds = _sustained ? 0.08 : 0.02,
            NoiseSeed = _random.Next(),
        };
    }

    // A note of an organ is several pipes, each with the partials of one. All of them are partials of half the note's frequency.
    private (double[] Amplitudes, double[] Decays, double[] Phases) Pipes(double hz, double[] pipe)
    {
        var amplitudes = new double[Math.Min(2 * MostPartials, (int)(2 * HighestHz / hz))];
        foreach (var (multiple, loudness) in _stops)
            for (var k = 0; k < pipe.Length && (k + 1) * multiple <= amplitudes.Length; k++)
                amplitudes[((k + 1) * multiple) - 1] += pipe[k] * loudness;

        return (amplitudes, new double[amplitudes.Length], [.. amplitudes.Select(_ => _random.Between(0, 2 * Math.PI))]);
    }
}

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
