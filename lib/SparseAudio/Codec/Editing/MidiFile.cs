using System.Buffers.Binary;
using System.Collections.Immutable;
using SparseAudio.Codec.Analysis;

namespace SparseAudio.Codec.Editing;

/// <summary>A note of a MIDI file.</summary>
/// <param name="Seconds">When it begins.</param>
/// <param name="Duration">How long it lasts, in seconds.</param>
/// <param name="Note">The MIDI note number, 0 to 127.</param>
/// <param name="Velocity">1 to 127.</param>
public sealed record MidiNote(double Seconds, double Duration, int Note, int Velocity);

/// <summary>Events as Standard MIDI Files: what has a pitch becomes a note, as loud and long as the event.</summary>
public static class MidiFile
{
    /// <summary>Events whose pitch is less certain than this become no notes.</summary>
    public const double LeastConfidence = 0.5;

    private const int TicksPerQuarter = 480;
    private const int TicksPerSecond = 960;
    private const double QuietestDecibels = -60;
    private const double ShortestNote = 0.05;

    /// <summary>The notes of a code, given its events' sounds; events without a sure pitch, or outside MIDI's range, are left out.</summary>
    public static ImmutableArray<MidiNote> NotesOf(SparseCode code, ImmutableArray<EventSound> sounds)
    {
        var loudest = sounds.IsEmpty ? 0 : sounds.Max(s => s.Energy);
        var notes = ImmutableArray.CreateBuilder<MidiNote>();
        for (var i = 0; i < code.Events.Length; i++)
        {
            var sound = sounds[i];
            if (sound.FundamentalHz is not { } hz || sound.PitchConfidence < LeastConfidence || sound.Energy <= 0) continue;
            var note = Math.Round(Pitch.NoteOf(hz));
            if (note is < 0 or > 127) continue;
            var decibels = 10 * Math.Log10(sound.Energy / loudest);
            var velocity = (int)Math.Clamp(Math.Round(127 * (1 - decibels / QuietestDecibels)), 1, 127);
            notes.Add(new MidiNote(code.SecondsOf(code.Events[i]), Math.Max(ShortestNote, sound.DecaySeconds), (int)note, velocity));
        }

        return notes.ToImmutable();
    }

    /// <summary>The bytes of a MIDI file (format 0, 120 beats a minute). A note that begins again ends the one before.</summary>
    public static byte[] ToBytes(IEnumerable<MidiNote> notes)
    {
        using var track = new MemoryStream();
        var tick = 0L;
        foreach (var (at, on, note) in Messages([.. notes]))
        {
            WriteVariable(track, (uint)(at - tick));
            track.Write([(byte)(on ? 0x90 : 0x80), (byte)note.Note, (byte)(on ? note.Velocity : 0)]);
            tick = at;
        }

        track.Write([0x00, 0xFF, 0x2F, 0x00]);
        var bytes = new byte[14 + 8 + track.Length];
        "MThd"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), 6);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(10), 1);
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(12), TicksPerQuarter);
        "MTrk"u8.CopyTo(bytes.AsSpan(14));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(18), (int)track.Length);
        track.GetBuffer().AsSpan(0, (int)track.Length).CopyTo(bytes.AsSpan(22));
        return bytes;
    }

    private static IEnumerable<(long Tick, bool On, MidiNote Note)> Messages(ImmutableArray<MidiNote> notes)
    {
        var messages = new List<(long Tick, bool On, MidiNote Note)>();
        foreach (var same in notes.GroupBy(n => n.Note))
        {
            // Of notes that begin together the strongest is heard.
            var starts = same.GroupBy(n => Ticks(n.Seconds)).Select(g => (Tick: g.Key, Note: g.MaxBy(n => n.Velocity)!)).OrderBy(s => s.Tick).ToList();
            for (var i = 0; i < starts.Count; i++)
            {
                var end = starts[i].Tick + Math.Max(1, Ticks(starts[i].Note.Duration));
                if (i + 1 < starts.Count) end = Math.Min(end, starts[i + 1].Tick);
                messages.Add((starts[i].Tick, true, starts[i].Note));
                messages.Add((end, false, starts[i].Note));
            }
        }

        return messages.OrderBy(m => m.Tick).ThenBy(m => m.On);
    }

    private static long Ticks(double seconds) => (long)Math.Round(seconds * TicksPerSecond);

    private static void WriteVariable(Stream stream, uint value)
    {
        for (var shift = 28; shift > 0; shift -= 7)
        {
            if (value >> shift != 0) stream.WriteByte((byte)(value >> shift | 0x80));
        }

        stream.WriteByte((byte)(value & 0x7F));
    }
}
