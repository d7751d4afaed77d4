namespace SparseAudio.Data.MadeMusic;

/// <summary>Which programs made music uses.</summary>
public enum ProgramSet
{
    /// <summary>Those for training, and those that are kept back.</summary>
    All,

    /// <summary>Those for training.</summary>
    Train,

    /// <summary>Those that training never meets: harpsichord, church organ, steel guitar, trumpet, oboe and bassoon.</summary>
    Test,
}

/// <summary>
/// The General MIDI programs that have a clear pitch. Ranges are where TimGM6mb and FluidR3 sound at the pitch of the key: bells,
/// organs with stops an octave lower, and keys that a sound font leaves silent are out.
/// </summary>
public static class GeneralMidi
{
    private const NotesAtOnce One = NotesAtOnce.One;
    private const NotesAtOnce Two = NotesAtOnce.Two;
    private const NotesAtOnce Many = NotesAtOnce.Many;

    /// <summary>All of them, in the order of their programs.</summary>
    public static IReadOnlyList<MidiInstrument> Instruments { get; } =
    [
        new(0, "acoustic grand piano", 33, 96, Many, false) { Weight = 6 },
        new(1, "bright acoustic piano", 33, 96, Many, false),
        new(2, "electric grand piano", 33, 96, Many, false),
        new(3, "honky-tonk piano", 36, 96, Many, false),
        new(4, "electric piano 1", 33, 96, Many, false),
        new(5, "electric piano 2", 33, 96, Many, false),
        new(6, "harpsichord", 36, 84, Many, false) { KeptBack = true },
        new(7, "clavinet", 40, 88, Many, false),
        new(8, "celesta", 60, 103, Many, false),
        new(10, "music box", 60, 96, Many, false) { LongestSeconds = 1.5 },
        new(11, "vibraphone", 53, 89, Many, false),
        new(12, "marimba", 45, 96, Many, false) { LongestSeconds = 0.8 },
        new(13, "xylophone", 65, 103, One, false) { LongestSeconds = 0.5 },
        new(15, "dulcimer", 48, 84, Many, false) { LongestSeconds = 1.5 },
        new(16, "drawbar organ", 36, 90, Many, true) { Weight = 0.5 },
        new(19, "church organ", 36, 80, Many, true) { KeptBack = true },
        new(20, "reed organ", 41, 89, Many, true),
        new(21, "accordion", 41, 70, Many, true),
        new(22, "harmonica", 60, 89, One, true),
        new(23, "bandoneon", 41, 70, Many, true),
        new(24, "nylon guitar", 40, 84, Many, false) { Weight = 3 },
        new(25, "steel guitar", 40, 84, Many, false) { KeptBack = true },
        new(26, "jazz guitar", 40, 84, Many, false),
        new(27, "clean electric guitar", 40, 84, Many, false),
        new(28, "muted electric guitar", 40, 70, One, false) { LongestSeconds = 0.5 },
        new(32, "acoustic bass", 28, 60, One, false),
        new(33, "fingered bass", 28, 60, One, false),
        new(34, "picked bass", 28, 60, One, false),
        new(35, "fretless bass", 28, 60, One, false),
        new(40, "violin", 55, 96, Two, true) { Weight = 6 },
        new(41, "viola", 48, 86, Two, true) { Weight = 2 },
        new(42, "cello", 36, 79, Two, true) { Weight = 3 },
        new(43, "contrabass", 28, 55, One, true),
        new(45, "pizzicato strings", 43, 86, Many, false) { LongestSeconds = 0.5 },
        new(46, "harp", 33, 96, Many, false),
        new(48, "string ensemble 1", 36, 96, Many, true) { Weight = 2 },
        new(49, "string ensemble 2", 36, 96, Many, true),
        new(52, "choir", 48, 84, Many, true),
        new(53, "voice", 48, 84, One, true),
        new(56, "trumpet", 55, 84, One, true) { KeptBack = true },
        new(57, "trombone", 42, 72, One, true),
        new(58, "tuba", 29, 58, One, true),
        new(59, "muted trumpet", 55, 82, One, true),
        new(60, "French horn", 36, 77, One, true),
        new(61, "brass section", 45, 84, Many, true),
        new(64, "soprano saxophone", 56, 88, One, true),
        new(65, "alto saxophone", 49, 81, One, true),
        new(66, "tenor saxophone", 44, 76, One, true),
        new(67, "baritone saxophone", 40, 69, One, true),
        new(68, "oboe", 58, 91, One, true) { KeptBack = true },
        new(69, "English horn", 52, 81, One, true),
        new(70, "bassoon", 34, 72, One, true) { KeptBack = true },
        new(71, "clarinet", 50, 91, One, true) { Weight = 2 },
        new(72, "piccolo", 74, 104, One, true),
        new(73, "flute", 60, 96, One, true) { Weight = 2 },
        new(74, "recorder", 60, 96, One, true),
        new(75, "pan flute", 60, 96, One, true),
        new(79, "ocarina", 60, 96, One, true),
        new(105, "banjo", 48, 84, Many, false) { LongestSeconds = 1 },
        new(106, "shamisen", 50, 79, One, false) { LongestSeconds = 1 },
        new(107, "koto", 48, 84, Many, false) { LongestSeconds = 2 },
        new(108, "kalimba", 55, 88, Many, false) { LongestSeconds = 1 },
        new(110, "fiddle", 55, 90, Two, true) { Weight = 3 },
        new(111, "shanai", 60, 84, One, true),
    ];

    /// <summary>The instruments of a set.</summary>
    /// <param name="set">The set.</param>
    public static IReadOnlyList<MidiInstrument> Of(ProgramSet set) =>
        set == ProgramSet.All ? Instruments : [.. Instruments.Where(instrument => instrument.KeptBack == (set == ProgramSet.Test))];
}

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
