namespace SparseAudio.Data.MadeMusic;

/// <summary>What music is made.</summary>
public sealed record MadeMusicOptions
{
    private const double MostHours = 1000;
    private const double ShortestClip = 5;
    private const double LongestClip = 600;
    private const int LowestRate = 8000;
    private const int HighestRate = 96000;

    /// <summary>How much of it.</summary>
    public double Hours { get; init; } = 1;

    /// <summary>Seed of everything random; a piece is a function of seed, number, programs and sound fonts.</summary>
    public long Seed { get; init; }

    /// <summary>What it is written for.</summary>
    public ProgramSet Programs { get; init; } = ProgramSet.Train;

    /// <summary>The sound fonts that play it, chosen by chance; without any, the built-in additive synthesiser plays everything.</summary>
    public IReadOnlyList<string> SoundFonts { get; init; } = SoundFontSynth.InstalledFonts;

    /// <summary>Share of the pieces that the additive synthesiser plays, with timbres that no sound font has; 1 without sound fonts.</summary>
    public double AdditiveShare { get; init; } = 0.2;

    /// <summary>Length of a piece.</summary>
    public double ClipSeconds { get; init; } = 30;

    /// <summary>Samples a second of the recordings.</summary>
    public int SampleRate { get; init; } = 22050;

    /// <summary>How many pieces are made at the same time.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Number of pieces.</summary>
    public int Clips => (int)Math.Ceiling(Hours * 3600 / ClipSeconds);

    /// <summary>Samples of a piece.</summary>
    public int ClipSamples => (int)Math.Round(ClipSeconds * SampleRate);

    /// <summary>Refuses what cannot be.</summary>
    /// <exception cref="MadeMusicException">Names the field.</exception>
    public void Validate()
    {
        Require(Hours is > 0 and <= MostHours, nameof(Hours), $"{Hours} is not between 0 and {MostHours}");
        Require(ClipSeconds is >= ShortestClip and <= LongestClip, nameof(ClipSeconds),
            $"{ClipSeconds} is not between {ShortestClip} and {LongestClip}");
        Require(SampleRate is >= LowestRate and <= HighestRate, nameof(SampleRate), $"{SampleRate} is not between {LowestRate} and {HighestRate}");
        Require(AdditiveShare is >= 0 and <= 1, nameof(AdditiveShare), $"{AdditiveShare} is not between 0 and 1");
        Require(Workers > 0, nameof(Workers), $"{Workers} is not above 0");
        foreach (var font in SoundFonts)
            Require(File.Exists(font), nameof(SoundFonts), $"there is no file {font}");
    }

    private static void Require(bool holds, string field, string reason)
    {
        if (!holds)
            throw new MadeMusicException(field, reason);
    }
}
