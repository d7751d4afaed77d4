using SparseAudio.Codec.Analysis;
using SparseAudio.Models;
using Xunit;

namespace SparseAudio.Tests.Codec.Analysis;

public sealed class NoteJoiningTests
{
    private const double Segment = 32768 / 22050.0;

    [Fact]
    public void A_note_that_goes_on_over_two_borders_is_one_from_its_beginning_to_its_end()
    {
        var notes = Joined(
            (0, 1.0, new EventNote(EventKind.Note, 440, 0.005, Segment - 1.0 + 0.03, 0.5), 1),
            (1, Segment, new EventNote(EventKind.Continued, 441, 0, Segment + 0.03, 0.4), 1),
            (2, 2 * Segment, new EventNote(EventKind.Continued, 439.5, 0, 0.3, 0.2), 1));

        var note = Assert.Single(notes);
        Assert.Equal((1.005, 2 * Segment + 0.3), (note.OnsetSeconds, note.OffsetSeconds));
        Assert.Equal([0, 1, 2], note.Events.ToArray());
        Assert.Equal(("A4", 440), (note.Name, note.Hertz));
        Assert.Equal(-6.02, note.Decibels, 0.01);
    }

    [Fact]
    public void Residual_and_silent_events_are_no_notes_and_the_level_of_a_segment_counts()
    {
        var notes = Joined(
            (0, 0, new EventNote(EventKind.Residual, 440, 0, 1, 0.5), 1), (1, 0, new EventNote(EventKind.Note, 300, 0, 1, 0), 1),
            (2, 0.5, new EventNote(EventKind.Note, 220, 0, 1, 0.5), 0.1f));

        Assert.Equal(0.05, Assert.Single(notes).Amplitude, 6);
    }

    [Fact]
    public void Another_pitch_or_a_pause_makes_another_note()
    {
        var notes = Joined(
            (0, 0, new EventNote(EventKind.Note, 440, 0, 0.5, 1), 1),
            (1, Segment, new EventNote(EventKind.Continued, 440, 0, 0.5, 1), 1),
            (2, Segment, new EventNote(EventKind.Continued, 466, 0, 0.5, 1), 1));

        Assert.Equal([[0], [1], [2]], notes.Select(note => note.Events.ToArray()).OrderBy(events => events[0]));
    }

    [Fact]
    public void A_note_on_the_border_that_both_segments_found_is_one()
    {
        var notes = Joined(
            (0, Segment - 0.01, new EventNote(EventKind.Note, 440, 0, 0.04, 1), 1),
            (1, Segment, new EventNote(EventKind.Note, 440, 0.01, 0.5, 1), 1),
            (2, Segment + 0.2, new EventNote(EventKind.Note, 440, 0, 0.5, 1), 1));

        Assert.Equal(2, notes.Count);
        Assert.Equal([0, 1], notes[0].Events.ToArray());
    }

    [Fact]
    public void Notes_end_with_the_recording() => Assert.Equal(1.2, Joined(1.2, (0, 1, new EventNote(EventKind.Note, 440, 0, 3, 1), 1))[0].OffsetSeconds);

    private static IReadOnlyList<CodeNote> Joined(params (int Index, double Seconds, EventNote Note, float Level)[] events) => Joined(10, events);

    private static IReadOnlyList<CodeNote> Joined(double duration, params (int Index, double Seconds, EventNote Note, float Level)[] events)
    {
        var joining = new NoteJoining();
        foreach (var (index, seconds, note, level) in events) joining.Add(index, seconds, note, level);
        return joining.End(duration);
    }
}
