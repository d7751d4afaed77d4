using NAudio.Midi;

namespace SparseAudio.Data.Notes;

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
        {
            return null;
        }

        double SecondsPerTick(int microseconds) => microseconds / MicrosecondsPerSecond / division;
        clock._tempos.Add((0, 0, SecondsPerTick(UsualMicroseconds)));
        foreach (var tempo in file.Events.SelectMany(track => track).OfType<TempoEvent>().OrderBy(tempo => tempo.AbsoluteTime))
        {
            clock._tempos.Add((tempo.AbsoluteTime, clock.SecondsAt(tempo.AbsoluteTime), SecondsPerTick(tempo.MicrosecondsPerQuarterNote)));
        }

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
