using NAudio.Midi;

namespace SparseAudio.Data.Notes;

/// <summary>
/// Reads the notes of Standard MIDI Files (formats 0 and 1) with NAudio.Midi. Channel 10, the drums, has no pitches and is left
/// out. A note lasts until its key is released; the sustain pedal does not lengthen it.
/// </summary>
public static class MidiReader
{
    private const long MaxBytes = 64 << 20;
    private const int DrumChannel = 10;
    private const int IndependentTracks = 2;

    /// <summary>The endings of MIDI files.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".mid", ".midi"];

    /// <summary>Reads a MIDI file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The notes in the order of their onsets; pitches have a fraction where the pitch wheel was away from its rest at the onset.</returns>
    /// <exception cref="NoteFileException">The file is missing, too long, damaged, or of a kind without common time.</exception>
    public static IReadOnlyList<NoteLabel> Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NoteFileException(
                path, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message, cause: e);
        }
    }

    /// <summary>Reads a MIDI file from a stream.</summary>
    /// <param name="stream">The file's bytes; must be able to seek. It is left open.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <returns>As the other overload.</returns>
    /// <exception cref="NoteFileException">As the other overload.</exception>
    public static IReadOnlyList<NoteLabel> Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.Length > MaxBytes)
            throw new NoteFileException(name, $"more than {MaxBytes >> 20} MB, too long for a MIDI file");

        var file = Parse(stream, name);
        if (file.FileFormat >= IndependentTracks)
            throw new NoteFileException(
                name, $"a MIDI file of format {file.FileFormat}, whose tracks have no common time", "save it as format 0 or 1");

        for (var track = 0; track < file.Tracks; track++)
        {
            // NAudio steps over events that it cannot read; a track without an end shows that it lost its way there.
            if (!file.Events[track].Any(MidiEvent.IsEndTrack))
                throw Damaged(name, $"track {track + 1} has no end");
        }

        var clock = MidiClock.Of(file) ?? throw Damaged(name, "its header gives no length of a tick");
        return Notes(file, clock);
    }

    private static MidiFile Parse(Stream stream, string name)
    {
        try
        {
            return new MidiFile(stream, strictChecking: false);
        }
        catch (EndOfStreamException e)
        {
            throw Damaged(name, "it ends too early", e);
        }
        // What NAudio's parser throws where the bytes make no sense: running status before any status is a null reference.
        catch (Exception e) when (e is FormatException or InvalidDataException or ArgumentException or InvalidOperationException
            or NullReferenceException or InvalidCastException or IndexOutOfRangeException or OverflowException)
        {
            throw Damaged(name, e is FormatException or InvalidDataException ? e.Message : "an event cannot be read", e);
        }
    }

    private static NoteFileException Damaged(string name, string reason, Exception? cause = null) =>
        new(name, $"not a MIDI file, or a damaged one: {reason}", "export it again", cause);

    private static List<NoteLabel> Notes(MidiFile file, MidiClock clock)
    {
        var notes = new List<NoteLabel>();
        var channels = new Dictionary<int, MidiChannelState>();

        // OrderBy is stable: of events at one time those of earlier tracks come first, as sequencers play them.
        foreach (var message in file.Events.SelectMany(track => track).OrderBy(message => message.AbsoluteTime))
        {
            if (message is not MetaEvent && !channels.ContainsKey(message.Channel))
                channels[message.Channel] = new MidiChannelState();

            if (message is not NoteOnEvent { Velocity: > 0 } on)
            {
                channels.GetValueOrDefault(message.Channel)?.Take(message);
            }
            else if (on.Channel != DrumChannel)
            {
                var channel = channels[on.Channel];
                // A key that is never released sounds until the end of the file.
                var end = on.OffEvent?.AbsoluteTime ?? clock.LastTick;
                notes.Add(new NoteLabel(
                    clock.SecondsAt(on.AbsoluteTime), clock.SecondsAt(end), on.NoteNumber + channel.Bend, channel.Program, on.Velocity));
            }
        }

        return notes;
    }
}

/// <summary>Turns the ticks of a MIDI file into seconds, through all its changes of tempo.</summary>
internal sealed class MidiClock
{
    private const int UsualMicroseconds = 500_000;
    private const double MicrosecondsPerSecond = 1e6;
    private const int TimeCodeFlag = 0x8000;

    // Where a tempo begins: its first tick, that tick's time, and the length of its ticks.
    private readonly List<(long Tick, double Seconds, double SecondsPerTick)> _tempos = [];

    private MidiClock(long lastTick) => LastTick = lastTick;

    /// <summary>The tick of the file's last event.</summary>
    public long LastTick { get; }

    /// <summary>The clock of a file.</summary>
    /// <returns>Null where the header's length of a tick is zero.</returns>
    public static MidiClock? Of(MidiFile file)
    {
        var clock = new MidiClock(file.Events.SelectMany(track => track).Select(message => message.AbsoluteTime).DefaultIfEmpty().Max());
        var division = file.DeltaTicksPerQuarterNote;
        if ((division & TimeCodeFlag) != 0)
        {
            // Frames a second, as a negative number, and ticks a frame; the tempo has no say.
            var ticks = -(sbyte)(division >> 8) * (division & 0xFF);
            clock._tempos.Add((0, 0, 1.0 / ticks));
            return ticks > 0 ? clock : null;
        }

        if (division == 0)
            return null;

        double SecondsPerTick(int microseconds) => microseconds / MicrosecondsPerSecond / division;
        clock._tempos.Add((0, 0, SecondsPerTick(UsualMicroseconds)));
        foreach (var tempo in file.Events.SelectMany(track => track).OfType<TempoEvent>().OrderBy(tempo => tempo.AbsoluteTime))
            clock._tempos.Add((tempo.AbsoluteTime, clock.SecondsAt(tempo.AbsoluteTime), SecondsPerTick(tempo.MicrosecondsPerQuarterNote)));

        return clock;
    }

    /// <summary>The time of a tick, in seconds from the file's beginning.</summary>
    public double SecondsAt(long tick)
    {
        var (low, high) = (0, _tempos.Count);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = _tempos[middle].Tick <= tick ? (middle, high) : (low, middle);
        }

        var tempo = _tempos[low];
        return tempo.Seconds + ((tick - tempo.Tick) * tempo.SecondsPerTick);
    }
}

/// <summary>What a MIDI channel is set to: its program, and how far its pitch wheel bends notes.</summary>
internal sealed class MidiChannelState
{
    private const int WheelAtRest = 8192;
    private const double UsualRange = 2;
    private const int RegisteredParameterFine = 100;
    private const int RegisteredParameterCoarse = 101;
    private const int DataEntryCoarse = 6;
    private const int Unset = 127;

    private int _wheel = WheelAtRest;
    private double _range = UsualRange;
    private (int Coarse, int Fine) _parameter = (Unset, Unset);

    /// <summary>General MIDI program, counted from 0.</summary>
    public int Program { get; private set; }

    /// <summary>Semitones that the pitch wheel adds.</summary>
    public double Bend => (_wheel - WheelAtRest) * _range / WheelAtRest;

    /// <summary>Follows an event of the channel.</summary>
    public void Take(MidiEvent message)
    {
        switch (message)
        {
            case PatchChangeEvent patch:
                Program = patch.Patch;
                break;
            case PitchWheelChangeEvent wheel:
                _wheel = wheel.Pitch;
                break;
            case ControlChangeEvent control:
                Take((int)control.Controller, control.ControllerValue);
                break;
        }
    }

    // Registered parameter 0 is the range of the pitch wheel in semitones.
    private void Take(int controller, int value)
    {
        switch (controller)
        {
            case RegisteredParameterCoarse:
                _parameter.Coarse = value;
                break;
            case RegisteredParameterFine:
                _parameter.Fine = value;
                break;
            case DataEntryCoarse when _parameter == (0, 0):
                _range = value;
                break;
        }
    }
}
