using SparseAudio.Data.Notes;
using SparseAudio.Models.Workbook;
using Xunit;

namespace SparseAudio.Tests.Models.Workbook;

public sealed class NotePeaksTests
{
    private const int Rate = 25600;  // 100 frames a second
    private const int Frames = 200;

    [Fact]
    public void Notes_come_back_from_their_own_targets()
    {
        NoteLabel[] notes = [new(0.203, 0.6, 60, Velocity: 90), new(0.3, 1.1, 64, Velocity: 40), new(0.8, 1.5, 60, Velocity: 100), new(0.8, 1.2, 72)];
        var targets = NoteTargets.Of(notes, 0, Frames, Rate);

        var found = new NotePeaks().Find(targets.Onsets, targets.Activity, targets.Velocities, Rate);

        Assert.Equal(notes.Select(note => note.Pitch), found.Select(note => note.Label.Pitch));
        Assert.All(found.Zip(notes), pair =>
        {
            Assert.Equal(pair.Second.OnsetSeconds, pair.First.Label.OnsetSeconds, 0.002);
            Assert.Equal(pair.Second.OffsetSeconds, pair.First.Label.OffsetSeconds, 0.021);
            Assert.Equal(pair.Second.Velocity, pair.First.Label.Velocity);
            Assert.InRange(pair.First.Confidence, 0.9, 1);
        });
    }

    [Fact]
    public void A_note_struck_again_while_it_sounds_ends_where_it_is_struck()
    {
        var targets = NoteTargets.Of([new(0.2, 0.7, 60), new(0.7, 1.2, 60)], 0, Frames, Rate);

        var found = new NotePeaks().Find(targets.Onsets, targets.Activity, targets.Velocities, Rate);

        Assert.Equal(2, found.Count);
        Assert.Equal(0.7, found[0].Label.OffsetSeconds, 3);
    }

    [Fact]
    public void Of_neighbouring_semitones_at_once_only_the_likelier_is_a_note()
    {
        var (onsets, silence) = (new float[Frames * NoteTargets.Pitches], new float[Frames * NoteTargets.Pitches]);
        onsets[20 * NoteTargets.Pitches + 30] = 0.9f;
        onsets[21 * NoteTargets.Pitches + 31] = 0.8f;

        var found = new NotePeaks().Find(onsets, silence, silence, Rate);

        Assert.Equal(30 + NoteTargets.LowestPitch, Assert.Single(found).Label.Pitch);
    }

    [Fact]
    public void A_plateau_is_one_note_and_what_lies_below_the_threshold_or_is_no_number_is_none()
    {
        var (onsets, silence) = (new float[Frames * NoteTargets.Pitches], new float[Frames * NoteTargets.Pitches]);
        for (var frame = 40; frame < 44; frame++) onsets[frame * NoteTargets.Pitches + 10] = 0.7f;
        onsets[90 * NoteTargets.Pitches + 50] = 0.1f;
        onsets[120 * NoteTargets.Pitches + 50] = float.NaN;

        var found = new NotePeaks().Find(onsets, silence, silence, Rate);

        Assert.Equal(0.4, Assert.Single(found).Label.OnsetSeconds, 0.006);
        Assert.Equal(2, new NotePeaks(0.05).Find(onsets, silence, silence, Rate).Count);
    }
}
