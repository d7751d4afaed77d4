namespace SparseAudio.Data.Notes;

/// <summary>One note of a labelled recording, of a MIDI file, or as a model found it.</summary>
/// <param name="OnsetSeconds">When it begins.</param>
/// <param name="OffsetSeconds">When it ends: the key is released or the bow leaves the string; what rings on does not count.</param>
/// <param name="Pitch">MIDI note number, 60 for middle C at 261.6 Hz; a fraction is a part of a semitone.</param>
/// <param name="Program">General MIDI program, counted from 0 (0 piano, 40 violin, …); 0 where it is not known.</param>
/// <param name="Velocity">MIDI velocity, 1 to 127; <see cref="UsualVelocity"/> where it is not known.</param>
public readonly record struct NoteLabel(
    double OnsetSeconds, double OffsetSeconds, double Pitch, int Program = 0, int Velocity = NoteLabel.UsualVelocity)
{
    /// <summary>The velocity of notes whose source does not say how loud they are.</summary>
    public const int UsualVelocity = 80;

    private const double ReferenceHz = 440;
    private const int ReferencePitch = 69;

    /// <summary>How long the note lasts, in seconds.</summary>
    public double DurationSeconds => OffsetSeconds - OnsetSeconds;

    /// <summary>The fundamental frequency, in equal temperament with A4 at 440 Hz.</summary>
    public double Hz => HzOf(Pitch);

    /// <summary>The frequency of a MIDI note number.</summary>
    /// <param name="pitch">The note number; fractions are allowed.</param>
    public static double HzOf(double pitch) => ReferenceHz * Math.Pow(2, (pitch - ReferencePitch) / 12);

    /// <summary>The MIDI note number of a frequency, with its fraction.</summary>
    /// <param name="hz">The frequency.</param>
    public static double PitchOf(double hz) => ReferencePitch + (12 * Math.Log2(hz / ReferenceHz));
}

/// <summary>A file of notes (labels or MIDI) cannot be read; the message says which file, where in it, and what is wrong.</summary>
/// <param name="file">The file.</param>
/// <param name="reason">What is wrong, with the place where there is one.</param>
/// <param name="remedy">What can be done about it.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class NoteFileException(string file, string reason, string? remedy = null, Exception? cause = null)
    : Exception($"{file}: {reason}{(remedy is null ? "" : $"; {remedy}")}", cause)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>What is wrong.</summary>
    public string Reason { get; } = reason;
}
