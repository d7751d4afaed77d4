namespace SparseAudio.Data.MadeMusic;

/// <summary>How many notes a player of an instrument sounds at once.</summary>
public enum NotesAtOnce
{
    /// <summary>One, as wind instruments do.</summary>
    One,

    /// <summary>One, and sometimes two on neighbouring strings, as with a bow.</summary>
    Two,

    /// <summary>As many as the hands reach.</summary>
    Many,
}

/// <summary>A General MIDI program as made music uses it.</summary>
/// <param name="Program">The program, counted from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Lowest">The lowest key that the usual sound fonts play in tune.</param>
/// <param name="Highest">The highest such key.</param>
/// <param name="AtOnce">How many notes it sounds at once.</param>
/// <param name="Sustained">Whether a note lasts as long as it is held; otherwise it dies away.</param>
public sealed record MidiInstrument(int Program, string Name, int Lowest, int Highest, NotesAtOnce AtOnce, bool Sustained)
{
    /// <summary>How often it is chosen, compared with the others.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Notes are not held longer than this, in seconds, because they have died away by then.</summary>
    public double LongestSeconds { get; init; } = double.PositiveInfinity;

    /// <summary>Whether it is left out of training, to see how a model does with instruments that it never met.</summary>
    public bool KeptBack { get; init; }
}
