using SparseAudio.Data.Notes;
using SparseAudio.Evaluation.Notes;
using Xunit;

namespace SparseAudio.Tests.Evaluation.Notes;

public sealed class NoteMatchingTests
{
    // Of ten pairs of note lists, by mir_eval 0.7 (run mir_eval_values.py beside this file): seed, notes, found notes, then precision,
    // recall and F1 without offsets, with offsets, and without offsets at 100 ms.
    public static TheoryData<int, int, int, double[], double[], double[]> MirEval { get; } = new()
    {
        { 1, 50, 55, [0.581818181818, 0.640000000000, 0.609523809524], [0.381818181818, 0.420000000000, 0.400000000000], [0.654545454545, 0.720000000000, 0.685714285714] },
        { 2, 60, 66, [0.560606060606, 0.616666666667, 0.587301587302], [0.409090909091, 0.450000000000, 0.428571428571], [0.651515151515, 0.716666666667, 0.682539682540] },
        { 3, 70, 77, [0.415584415584, 0.457142857143, 0.435374149660], [0.324675324675, 0.357142857143, 0.340136054422], [0.623376623377, 0.685714285714, 0.653061224490] },
        { 4, 80, 88, [0.511363636364, 0.562500000000, 0.535714285714], [0.352272727273, 0.387500000000, 0.369047619048], [0.681818181818, 0.750000000000, 0.714285714286] },
        { 5, 90, 110, [0.500000000000, 0.611111111111, 0.550000000000], [0.381818181818, 0.466666666667, 0.420000000000], [0.627272727273, 0.766666666667, 0.690000000000] },
        { 6, 100, 106, [0.424528301887, 0.450000000000, 0.436893203883], [0.283018867925, 0.300000000000, 0.291262135922], [0.679245283019, 0.720000000000, 0.699029126214] },
        { 7, 110, 135, [0.437037037037, 0.536363636364, 0.481632653061], [0.333333333333, 0.409090909091, 0.367346938776], [0.614814814815, 0.754545454545, 0.677551020408] },
        { 8, 120, 137, [0.430656934307, 0.491666666667, 0.459143968872], [0.313868613139, 0.358333333333, 0.334630350195], [0.620437956204, 0.708333333333, 0.661478599222] },
        { 9, 130, 132, [0.522727272727, 0.530769230769, 0.526717557252], [0.401515151515, 0.407692307692, 0.404580152672], [0.674242424242, 0.684615384615, 0.679389312977] },
        { 10, 140, 154, [0.467532467532, 0.514285714286, 0.489795918367], [0.350649350649, 0.385714285714, 0.367346938776], [0.571428571429, 0.628571428571, 0.598639455782] },
    };

    [Theory]
    [MemberData(nameof(MirEval))]
    public void Precision_recall_and_f1_are_those_of_mir_eval(int seed, int notes, int found, double[] onsets, double[] withOffsets, double[] coarse)
    {
        var (reference, estimate) = NotePairs.Of(seed);
        Assert.Equal((notes, found), (reference.Count, estimate.Count));

        var measures = NoteMeasures.Of(reference, estimate);
        var within100 = NoteMeasures.Of(reference, estimate, NoteTolerance.Onsets with { OnsetSeconds = 0.1 });

        Assert.Equal(onsets, Rounded(measures.Onsets));
        Assert.Equal(withOffsets, Rounded(measures.WithOffsets));
        Assert.Equal(coarse, Rounded(within100.Onsets));
    }

    [Fact]
    public void A_chain_of_notes_struck_again_is_matched_whole_though_the_closest_pairs_break_it()
    {
        // Each found note is nearer to the true note after it; only the last true note has no such neighbour.
        NoteLabel[] reference = [.. Enumerable.Range(0, 20_000).Select(i => new NoteLabel(1 + (i * 0.08), 2 + (i * 0.08), 60))];
        NoteLabel[] estimate = [.. reference.Select(note => note with { OnsetSeconds = note.OnsetSeconds + 0.045 })];
        NoteLabel[] shuffled = [.. estimate.Reverse()];

        Assert.Equal(20_000, NoteMatching.Match(reference, shuffled).Count);
        Assert.Equal(20_000, NoteMatching.Match(shuffled, reference).Count);
    }

    [Fact]
    public void There_are_never_more_pairs_by_trying_everything()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            NoteLabel[] Notes(int count) =>
                [.. Enumerable.Range(0, count).Select(_ => new NoteLabel(random.Next(12) * 0.02, 1, 60 + (random.Next(3) * 0.4)))];
            var (reference, estimate) = (Notes(random.Next(7)), Notes(random.Next(7)));

            var pairs = NoteMatching.Match(reference, estimate);

            Assert.Equal(Most(reference, estimate, 0, 0), pairs.Count);
            Assert.Equal(pairs.Count, pairs.Select(pair => pair.Reference).Distinct().Count());
            Assert.Equal(pairs.Count, pairs.Select(pair => pair.Estimate).Distinct().Count());
            Assert.All(pairs, pair => Assert.True(MayBe(reference[pair.Reference], estimate[pair.Estimate])));
        }
    }

    [Fact]
    public void Of_several_largest_matchings_one_of_close_pairs_is_chosen()
    {
        NoteLabel[] reference = [new(1, 2, 60), new(1.04, 2, 60)];
        NoteLabel[] estimate = [new(1.041, 2, 60), new(1.002, 2, 60)];

        Assert.Equal([(0, 1), (1, 0)], NoteMatching.Match(reference, estimate));
    }

    private static double[] Rounded(NoteScore score) => [Math.Round(score.Precision, 12), Math.Round(score.Recall, 12), Math.Round(score.F1, 12)];

    private static bool MayBe(NoteLabel a, NoteLabel b) => Math.Abs(a.OnsetSeconds - b.OnsetSeconds) < 0.0501 && Math.Abs(a.Pitch - b.Pitch) < 0.501;

    private static int Most(NoteLabel[] reference, NoteLabel[] estimate, int first, int used)
    {
        if (first == reference.Length)
            return 0;

        var most = Most(reference, estimate, first + 1, used);
        for (var j = 0; j < estimate.Length; j++)
        {
            if ((used & (1 << j)) == 0 && MayBe(reference[first], estimate[j]))
                most = Math.Max(most, 1 + Most(reference, estimate, first + 1, used | (1 << j)));
        }

        return most;
    }
}
