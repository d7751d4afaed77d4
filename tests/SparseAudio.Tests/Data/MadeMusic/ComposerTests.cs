using SparseAudio.Data.MadeMusic;
using Xunit;

namespace SparseAudio.Tests.Data.MadeMusic;

public sealed class ComposerTests
{
    private const double TicksPerSecond = 1920;
    private static readonly Score[] _scores =
        [.. Enumerable.Range(0, 400).Select(index => Composer.Compose(new Random(index), GeneralMidi.Of(ProgramSet.Train), 30))];

    [Fact]
    public void Training_has_more_than_forty_programs_and_none_of_those_kept_back()
    {
        var programs = GeneralMidi.Of(ProgramSet.Train).Select(instrument => instrument.Program).ToHashSet();
        var keptBack = GeneralMidi.Of(ProgramSet.Test).Select(instrument => instrument.Program).ToHashSet();

        Assert.True(programs.Count >= 40);
        Assert.Equal([6, 19, 25, 56, 68, 70], keptBack.Order());
        Assert.Equal(programs.Count + keptBack.Count, GeneralMidi.Of(ProgramSet.All).Count);
        Assert.Equal(programs.Order(), _scores.SelectMany(score => score.Parts).Select(part => part.Instrument.Program).Distinct().Order());
    }

    [Fact]
    public void Notes_are_within_their_instruments_and_the_piece_and_no_key_sounds_twice_at_once()
    {
        foreach (var score in _scores)
        {
            Assert.InRange(score.Parts.Count, 1, 4);
            Assert.NotEmpty(score.Notes);
            var ends = new Dictionary<int, long>();
            foreach (var note in score.Notes)
            {
                var instrument = score.Parts[note.Part].Instrument;
                Assert.InRange(note.Key, instrument.Lowest, instrument.Highest);
                Assert.InRange(note.Velocity, 1, 127);
                Assert.InRange(note.Tick, 0, note.EndTick - (long)(0.04 * TicksPerSecond));
                Assert.InRange(note.EndTick, 0, 30 * TicksPerSecond);
                Assert.True(note.EndTick - note.Tick <= (instrument.LongestSeconds * TicksPerSecond) + 1);
                Assert.True(ends.GetValueOrDefault(note.Key) <= note.Tick);
                ends[note.Key] = note.EndTick;
            }
        }
    }

    [Fact]
    public void Pieces_differ_in_density_polyphony_loudness_tuning_and_have_octaves_and_keys_struck_again()
    {
        var notes = _scores.Select(score => (double)score.Notes.Count).Order().ToArray();
        Assert.True(notes[20] < 80 && notes[380] > 350, $"5 % of the pieces have fewer than {notes[20]} notes, 5 % more than {notes[380]}");

        var most = _scores.Select(MostAtOnce).ToArray();
        Assert.True(most.Count(count => count <= 2) > 40 && most.Count(count => count >= 6) > 40, string.Join(' ', most.Order()));

        var all = _scores.SelectMany(score => score.Notes).ToArray();
        Assert.True(all.Count(note => note.Velocity < 45) > all.Length / 20 && all.Count(note => note.Velocity > 105) > all.Length / 20);
        Assert.InRange(_scores.Count(score => score.Parts.All(part => part.Tuning == 0)), 100, 300);

        var again = _scores.Sum(score => score.Notes.GroupBy(note => note.Key).Sum(key => key.Zip(key.Skip(1)).Count(pair => pair.Second.Tick - pair.First.EndTick < 0.05 * TicksPerSecond)));
        Assert.True(again > all.Length / 20, $"{again} of {all.Length} notes begin within 50 ms of the end of the same key");

        var octaves = _scores.Sum(score => score.Notes.Count(low => score.Notes.Any(high => high.Key == low.Key + 12 && Math.Abs(high.Tick - low.Tick) < 0.05 * TicksPerSecond)));
        Assert.True(octaves > all.Length / 50, $"{octaves} of {all.Length} notes are struck with their octave");

        var seconds = all.Select(note => (note.EndTick - note.Tick) / TicksPerSecond).Order().ToArray();
        Assert.True(seconds[all.Length / 20] < 0.13 && seconds[all.Length * 19 / 20] > 1, $"5 % of the notes are shorter than {seconds[all.Length / 20]} s");
    }

    private static int MostAtOnce(Score score)
    {
        var changes = score.Notes.SelectMany(note => new[] { (note.Tick, Change: 1), (note.EndTick, Change: -1) }).OrderBy(change => change);
        var (now, most) = (0, 0);
        foreach (var (_, change) in changes)
            most = Math.Max(most, now += change);

        return most;
    }
}
