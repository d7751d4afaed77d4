namespace SparseAudio.Evaluation.Notes;

/// <summary>How far a found note may lie from a true one and still be that note; the defaults are those of mir_eval and MIREX.</summary>
public sealed record NoteTolerance
{
    /// <summary>Onset within 50 ms, pitch within 50 cents; offsets do not count.</summary>
    public static NoteTolerance Onsets { get; } = new();

    /// <summary>As <see cref="Onsets"/>, and the offset within a fifth of the true note's duration, or 50 ms where that is less.</summary>
    public static NoteTolerance WithOffsets { get; } = new() { OffsetRatio = 0.2 };

    /// <summary>Greatest distance of the onsets, in seconds.</summary>
    public double OnsetSeconds { get; init; } = 0.05;

    /// <summary>Greatest distance of the pitches, in hundredths of a semitone.</summary>
    public double PitchCents { get; init; } = 50;

    /// <summary>Greatest distance of the offsets, as a share of the true note's duration; null where offsets do not count.</summary>
    public double? OffsetRatio { get; init; }

    /// <summary>Distance of the offsets, in seconds, that is always allowed.</summary>
    public double OffsetSeconds { get; init; } = 0.05;
}
