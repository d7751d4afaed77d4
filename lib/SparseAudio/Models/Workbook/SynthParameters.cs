using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>
/// The numbers that describe how one event sounds, before they are squashed to physical ranges: the length of a voice, and of an event's
/// details, which are added to it.
/// </summary>
public static class SynthParameters
{
    /// <summary>Log loudness.</summary>
    public const int Level = 0;

    /// <summary>Deviation from the channel's pitch, within one step of the grid.</summary>
    public const int Pitch = 1;

    /// <summary>By how much the event begins later than its frame, within one and a half frames.</summary>
    public const int Delay = 2;

    /// <summary>First of the log amplitudes of the partials <see cref="AmplitudeKnots"/>, between which they are interpolated.</summary>
    public const int Amplitudes = 3;

    /// <summary>First of the decay times of the partials <see cref="DecayKnots"/>, 20 ms to 10 s.</summary>
    public const int Decays = 15;

    /// <summary>Inharmonicity B of a stiff string, up to 0.001: partial q lies at q · sqrt(1 + B q²) times the fundamental.</summary>
    public const int Inharmonicity = 18;

    /// <summary>How long the event takes to begin, 4 to 90 ms.</summary>
    public const int Attack = 19;

    /// <summary>How much the event grows or shrinks after its beginning, -1 to 1.</summary>
    public const int Swell = 20;

    /// <summary>Time constant of that, 20 to 500 ms.</summary>
    public const int SwellTime = 21;

    /// <summary>How long the event is held, 20 ms to 3 s.</summary>
    public const int Length = 22;

    /// <summary>How long it takes to end, 10 to 300 ms.</summary>
    public const int Release = 23;

    /// <summary>First of the log gains of the impulse's noise, at every second band.</summary>
    public const int Noise = 24;

    /// <summary>How many of them.</summary>
    public const int NoiseKnots = 8;

    /// <summary>Decay time of the impulse, 5 ms to 0.5 s.</summary>
    public const int NoiseDecay = 32;

    /// <summary>How many numbers there are.</summary>
    public const int Count = 33;

    /// <summary>Number of bands of noise.</summary>
    public const int BandCount = 16;

    /// <summary>
    /// Steps in which each number may be told so that log-mel and the multi-resolution distance just change, by about 0.001, as measured on five
    /// recordings for validation, each number alone.
    /// </summary>
    public static IReadOnlyList<double> AudibleSteps { get; } =
    [
        0.125, 0.09, 0.7,
        0.25, 0.5, 0.5, 0.7, 0.7, 1, 1.4, 2, 2, 2, 2.8, 4,
        0.5, 1.4, 2,
        2, 1, 0.5, 1, 0.35, 0.7,
        4, 2.8, 2.8, 2, 2, 2, 2, 2, 0.7,
    ];

    /// <summary>The partials whose amplitudes are told.</summary>
    public static IReadOnlyList<int> AmplitudeKnots { get; } = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 19, 24];

    /// <summary>The partials whose decays are told.</summary>
    public static IReadOnlyList<int> DecayKnots { get; } = [1, 4, 24];
}

/// <summary>A range that a number of any size is squashed to, evenly in the logarithm.</summary>
/// <param name="Least">The smallest value.</param>
/// <param name="Most">The largest value.</param>
/// <param name="Start">Added before squashing: what an untrained model begins with.</param>
internal readonly record struct LogRange(double Least, double Most, double Start = 0)
{
    public static readonly LogRange Decay = new(0.020, 10, 0.5);
    public static readonly LogRange Attack = new(0.004, 0.090, -1);
    public static readonly LogRange SwellTime = new(0.020, 0.500);
    public static readonly LogRange Length = new(0.020, 3);
    public static readonly LogRange Release = new(0.010, 0.300);
    public static readonly LogRange NoiseDecay = new(0.005, 0.5);

    private const double Edge = 0.002;

    /// <summary>The values of numbers.</summary>
    public Tensor Of(Tensor raw) => ((raw + Start).sigmoid() * Math.Log(Most / Least)).exp() * Least;

    /// <summary>The number that stands for a value; values outside of the range are held at its ends.</summary>
    public double Raw(double value)
    {
        var share = Math.Clamp(Math.Log(value / Least) / Math.Log(Most / Least), Edge, 1 - Edge);
        return Math.Log(share / (1 - share)) - Start;
    }

    /// <summary>The numbers that stand for values; values outside of the range are held at its ends.</summary>
    public Tensor Raw(Tensor values)
    {
        var share = ((values.clamp_min(Least) / Least).log() / Math.Log(Most / Least)).clamp(Edge, 1 - Edge);
        return (share / (1 - share)).log() - Start;
    }
}
