using NAudio.Midi;

namespace SparseAudio.Data.Notes;

/// <summary>Writes Standard MIDI Files of format 0 with NAudio.Midi, at 120 beats a minute.</summary>
public sealed class MidiWriter
{
    /// <summary>Ticks of one second: 960 a quarter note, two quarter notes a second.</summary>
    public const int TicksPerSecond = 2 * TicksPerQuarter;

    private const int TicksPerQuarter = 960;
    private const int LastChannel = 16;
    private const int DrumChannel = 10;

    // Of messages at one time settings come first and ends come before beginnings: a note struck again would end at once.
    private readonly List<(MidiEvent Message, int Order)> _messages = [];
    private long _lastTick;

    private enum Order
    {
        Setting,
        End,
        Beginning,
    }

    /// <summary>The tick nearest to a time.</summary>
    /// <param name="seconds">The time in seconds.</param>
    public static long TickAt(double seconds) => (long)Math.Round(seconds * TicksPerSecond);

    /// <summary>
    /// The bytes of a MIDI file. Every program has a channel of its own, up to 15 of them; pitches are rounded to semitones; a
    /// note that begins again on its channel ends the one before, and of notes that begin together the strongest is kept.
    /// </summary>
    /// <param name="notes">The notes, in any order.</param>
    /// <exception cref="ArgumentException">A pitch is outside 0 to 127, or there are more than 15 programs.</exception>
    public static byte[] ToBytes(IEnumerable<NoteLabel> notes)
    {
        ArgumentNullException.ThrowIfNull(notes);
        var writer = new MidiWriter();
        var channels = Enumerable.Range(1, LastChannel).Where(channel => channel != DrumChannel).ToArray();
        var programs = notes.GroupBy(note => note.Program).OrderBy(program => program.Key).ToList();
        if (programs.Count > channels.Length)
            throw new ArgumentException($"{programs.Count} programs are more than the {channels.Length} channels of a MIDI file.", nameof(notes));

        foreach (var (program, channel) in programs.Zip(channels))
        {
            writer.Program(channel, program.Key);
            foreach (var key in program.GroupBy(note => (int)Math.Round(note.Pitch)))
                writer.Key(channel, key.Key, key);
        }

        return writer.ToBytes();
    }

    /// <summary>Sets a channel's program at the beginning.</summary>
    /// <param name="channel">1 to 16.</param>
    /// <param name="program">General MIDI program, counted from 0.</param>
    public void Program(int channel, int program) => Add(new PatchChangeEvent(0, channel, program), Order.Setting);

    /// <summary>Sets a controller.</summary>
    /// <param name="tick">When.</param>
    /// <param name="channel">1 to 16.</param>
    /// <param name="controller">The controller.</param>
    /// <param name="value">0 to 127.</param>
    public void Control(long tick, int channel, MidiController controller, int value) =>
        Add(new ControlChangeEvent(tick, channel, controller, value), Order.Setting);

    /// <summary>Sets a channel's pitch wheel at the beginning.</summary>
    /// <param name="channel">1 to 16.</param>
    /// <param name="position">0 to 16383; 8192 is its rest, and each end is two semitones away.</param>
    public void PitchWheel(int channel, int position) => Add(new PitchWheelChangeEvent(0, channel, position), Order.Setting);

    /// <summary>Adds a note.</summary>
    /// <param name="channel">1 to 16.</param>
    /// <param name="tick">When it begins.</param>
    /// <param name="endTick">When it ends, later than that.</param>
    /// <param name="key">0 to 127.</param>
    /// <param name="velocity">1 to 127.</param>
    public void Note(int channel, long tick, long endTick, int key, int velocity)
    {
        Add(new NoteOnEvent(tick, channel, key, velocity, 0), Order.Beginning);
        Add(new NoteEvent(endTick, channel, MidiCommandCode.NoteOff, key, 0), Order.End);
    }

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes()
    {
        var events = new MidiEventCollection(0, TicksPerQuarter);
        var track = events.AddTrack();
        foreach (var (message, _) in _messages.OrderBy(entry => entry.Message.AbsoluteTime).ThenBy(entry => entry.Order))
            track.Add(message);

        track.Add(new MetaEvent(MetaEventType.EndTrack, 0, _lastTick));
        using var stream = new MemoryStream();
        MidiFile.Export(stream, events);
        return stream.ToArray();
    }

    private void Key(int channel, int key, IEnumerable<NoteLabel> notes)
    {
        var starts = notes.GroupBy(note => TickAt(note.OnsetSeconds))
            .Select(together => (Tick: together.Key, Note: together.MaxBy(note => note.Velocity)))
            .OrderBy(start => start.Tick)
            .ToList();
        for (var i = 0; i < starts.Count; i++)
        {
            var (tick, note) = starts[i];
            var end = Math.Max(tick + 1, TickAt(note.OffsetSeconds));
            Note(channel, tick, i + 1 < starts.Count ? Math.Min(end, starts[i + 1].Tick) : end, key, note.Velocity);
        }
    }

    private void Add(MidiEvent message, Order order)
    {
        _messages.Add((message, (int)order));
        _lastTick = Math.Max(_lastTick, message.AbsoluteTime);
    }
}
