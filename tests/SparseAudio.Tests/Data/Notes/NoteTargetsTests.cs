using SparseAudio.Data.Notes;
using Xunit;

namespace SparseAudio.Tests.Data.Notes;

public sealed class NoteTargetsTests
{
    private const int Rate = 25600;  // 100 frames a second

    [Fact]
    public void An_onset_on_a_frame_is_one_there_and_falls_evenly_to_both_sides()
    {
        var targets = NoteTargets.Of([new NoteLabel(0.2, 0.5, 60, Velocity: 127)], 0, 100, Rate);

        Assert.Equal(1, At(targets.Onsets, 20, 60));
        Assert.Equal(At(targets.Onsets, 18, 60), At(targets.Onsets, 22, 60));
        Assert.InRange(At(targets.Onsets, 21, 60), 0.6, 0.7);
        Assert.Equal(0, At(targets.Onsets, 30, 60));
        Assert.Equal(1, At(targets.Velocities, 20, 60));
        Assert.Equal(0, At(targets.Onsets, 20, 61));
    }

    [Fact]
    public void A_note_sounds_from_its_onset_up_to_its_offset()
    {
        var targets = NoteTargets.Of([new NoteLabel(0.2, 0.5, 60)], 0, 100, Rate);

        Assert.Equal([20, 49], [First(targets.Activity), Last(targets.Activity)]);
    }

    [Fact]
    public void A_stretch_shows_notes_at_their_places_in_it_and_leaves_out_the_others()
    {
        NoteLabel[] notes = [new(0.5, 3, 60), new(1.2, 1.4, 64), new(2.5, 2.6, 66), new(1.3, 1.4, 20), new(1.3, 1.4, 120)];

        var targets = NoteTargets.Of(notes, 1, 100, Rate);

        Assert.All(Enumerable.Range(0, 100), frame => Assert.Equal(1, At(targets.Activity, frame, 60)));
        Assert.Equal(1, At(targets.Onsets, 20, 64), 5);
        Assert.Equal(0, targets.Onsets.Where((_, cell) => cell % NoteTargets.Pitches == 60 - NoteTargets.LowestPitch).Max());
        Assert.Equal(100 + 20, targets.Activity.Sum());
    }

    private static float At(float[] grid, int frame, int pitch) => grid[frame * NoteTargets.Pitches + pitch - NoteTargets.LowestPitch];

    private static int First(float[] grid) => Array.FindIndex(grid, value => value > 0) / NoteTargets.Pitches;

    private static int Last(float[] grid) => Array.FindLastIndex(grid, value => value > 0) / NoteTargets.Pitches;
}
