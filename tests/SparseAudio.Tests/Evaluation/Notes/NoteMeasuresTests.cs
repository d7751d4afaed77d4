using System.Text.Json;
using SparseAudio.Data.Notes;
using SparseAudio.Evaluation.Notes;
using Xunit;

namespace SparseAudio.Tests.Evaluation.Notes;

public sealed class NoteMeasuresTests
{
    private static readonly NoteLabel[] _truth = [new(1, 2, 60), new(2, 3, 62), new(3, 4, 64), new(4, 5, 65)];

    [Fact]
    public void Errors_are_those_of_the_matched_notes_and_late_ones_count_as_positive()
    {
        NoteLabel[] found = [new(1.01, 2, 60.1), new(2.03, 3.9, 62), new(2.98, 4.05, 63.7), new(4.2, 5, 65), new(1, 2, 72), new(1, 2, 48)];

        var measures = NoteMeasures.Of(_truth, found);

        Assert.Equal(new NoteScore(4, 6, 3), measures.Onsets);
        Assert.Equal(new NoteScore(4, 6, 2), measures.WithOffsets);
        Assert.Equal(1.5, measures.EventsPerNote);
        Assert.Equal(0.02, measures.OnsetError!.Median, 9);
        Assert.Equal(0.028, measures.OnsetError.Percentile90, 9);
        Assert.Equal(0.01, measures.OnsetBias!.Value, 9);
        Assert.Equal(10, measures.PitchError!.Median, 9);
        Assert.Equal(26, measures.PitchError.Percentile90, 9);
    }

    [Fact]
    public void Without_notes_on_either_side_scores_are_zero_and_errors_unknown()
    {
        var nothingFound = NoteMeasures.Of(_truth, []);
        var nothingTrue = NoteMeasures.Of([], _truth);

        Assert.Equal((0, 0, 0), (nothingFound.Onsets.Precision, nothingFound.Onsets.Recall, nothingFound.Onsets.F1));
        Assert.Equal(0, nothingFound.EventsPerNote);
        Assert.Null(nothingFound.OnsetError);
        Assert.Equal((0, 0, 0), (nothingTrue.Onsets.Precision, nothingTrue.Onsets.Recall, nothingTrue.Onsets.F1));
        Assert.Null(nothingTrue.EventsPerNote);
    }

    [Fact]
    public void The_table_has_a_row_a_recording_and_one_of_means()
    {
        NoteMeasures good = NoteMeasures.Of(_truth, _truth), none = NoteMeasures.Of(_truth, []);

        var lines = NoteReport.Table([("a", good), ("b", none)]).TrimEnd().Split('\n');

        Assert.Equal(5, lines.Length);
        Assert.Equal("| a | 4 | 4 | 1.000 | 1.000 | 1.000 | 1.000 | 1.00 | 0.0 / 0.0 | 0.0 | 0.0 / 0.0 |", lines[2]);
        Assert.Equal("| b | 4 | 0 | 0.000 | 0.000 | 0.000 | 0.000 | 0.00 |  |  |  |", lines[3]);
        Assert.Equal("| mean | 8 | 4 | 0.500 | 0.500 | 0.500 | 0.500 | 0.50 | 0.0 / 0.0 | 0.0 | 0.0 / 0.0 |", lines[4]);
    }

    [Fact]
    public void Json_has_everything_a_program_needs()
    {
        using var json = JsonDocument.Parse(NoteReport.Json([("a", NoteMeasures.Of(_truth, _truth[..2]))]));

        var row = json.RootElement[0];
        Assert.Equal("a", row.GetProperty("name").GetString());
        Assert.Equal((4, 2), (row.GetProperty("notes").GetInt32(), row.GetProperty("found").GetInt32()));
        Assert.Equal(0.5, row.GetProperty("withOffsets").GetProperty("recall").GetDouble());
        Assert.Equal(0, row.GetProperty("onsetErrorSeconds").GetProperty("percentile90").GetDouble());
    }

    [Fact]
    public void An_event_that_nobody_hears_is_redundant_and_one_that_is_needed_is_not()
    {
        float[] Tone(double hz, double loudness) => [.. Enumerable.Range(0, 8192).Select(i => (float)(loudness * Math.Sin(2 * Math.PI * hz * i / 22050)))];
        float[][] events = [Tone(440, 0.5), Tone(1000, 0.3), Tone(1000, 1e-7), new float[8192]];
        float[] Sum(IEnumerable<float[]> sounds) => [.. sounds.Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)])];
        var original = Sum([Tone(440, 0.5), Tone(1010, 0.3)]);

        var share = EventRedundancy.Share(original, 4, Sum(events), i => Sum(events.Where((_, j) => j != i)), 22050);

        Assert.Equal(0.5, share);
        Assert.Equal(0, EventRedundancy.Share(original, 0, original, _ => original, 22050));
    }
}
