using System.Collections.Immutable;
using SparseAudio.Models;

namespace SparseAudio.Codec.Analysis;

/// <summary>A note of a code: an event, and those that continue it in the segments after.</summary>
/// <param name="OnsetSeconds">When it begins.</param>
/// <param name="OffsetSeconds">When it ends.</param>
/// <param name="Hertz">The fundamental frequency.</param>
/// <param name="Amplitude">How loud it is.</param>
/// <param name="Events">The indices of its events in the code.</param>
public sealed record CodeNote(double OnsetSeconds, double OffsetSeconds, double Hertz, double Amplitude, ImmutableArray<int> Events)
{
    /// <summary>Its MIDI note number with fractions, 69 for 440 Hz.</summary>
    public double Pitch => Analysis.Pitch.NoteOf(Hertz);

    /// <summary>The nearest note's name, such as <c>A4</c>.</summary>
    public string Name => Analysis.Pitch.NameOf(Hertz);

    /// <summary>How loud it is, in decibels below full scale.</summary>
    public double Decibels => 20 * Math.Log10(Math.Max(Amplitude, 1e-6));

    /// <summary>How long it lasts.</summary>
    public double Seconds => OffsetSeconds - OnsetSeconds;
}

/// <summary>Joins the events of notes that go on over the borders of segments.</summary>
internal sealed class NoteJoining
{
    // Detection windows overlap, and a note on the border may be found in both.
    private const double SameOnset = 0.050;
    private const double Gap = 0.080;
    private const double SameCents = 80;
    private const double Shortest = 0.020;
    private readonly List<(int Index, double Onset, EventNote Note, double Amplitude)> _events = [];

    /// <summary>Takes an event.</summary>
    /// <param name="index">Its index in the code.</param>
    /// <param name="seconds">The time of its frame.</param>
    /// <param name="note">The event as a note.</param>
    /// <param name="level">The level of its segment.</param>
    public void Add(int index, double seconds, EventNote note, float level)
    {
        if (note.Kind != EventKind.Residual && note.Amplitude > 0)
            _events.Add((index, Math.Max(0, seconds + note.DelaySeconds), note, note.Amplitude * level));
    }

    /// <summary>The notes of all events, in the order of their onsets.</summary>
    /// <param name="duration">Where the recording ends, and with it every note.</param>
    public ImmutableArray<CodeNote> End(double duration)
    {
        var notes = new List<CodeNote>();
        foreach (var (index, onset, note, amplitude) in _events.OrderBy(item => item.Onset))
        {
            var end = Math.Min(duration, onset + Math.Max(Shortest, note.LengthSeconds));
            var before = notes.FindLastIndex(other => Math.Abs(Pitch.Cents(other.Hertz, note.Hertz)) < SameCents && Joins(other, onset, note.Kind));
            if (before < 0)
                notes.Add(new CodeNote(onset, end, note.Hertz, amplitude, [index]));
            else
                notes[before] = Longer(notes[before], end, index);
        }

        return [.. notes];
    }

    private static CodeNote Longer(CodeNote note, double end, int index) =>
        note with { OffsetSeconds = Math.Max(note.OffsetSeconds, end), Events = note.Events.Add(index) };

    private static bool Joins(CodeNote other, double onset, EventKind kind) => kind == EventKind.Continued
        ? Math.Abs(other.OffsetSeconds - onset) < Gap || (other.OnsetSeconds <= onset && other.OffsetSeconds > onset)
        : onset - other.OnsetSeconds < SameOnset;
}
