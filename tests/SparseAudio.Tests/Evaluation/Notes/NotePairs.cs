using SparseAudio.Data.Notes;

namespace SparseAudio.Tests.Evaluation.Notes;

/// <summary>Pairs of note lists, the same as those of <c>mir_eval_values.py</c>, which says how they come about.</summary>
internal sealed class NotePairs
{
    private static readonly int[] _copies = [0, 1, 1, 1, 1, 2];
    private static readonly int[] _shifts = [0, 20, -35, 499, 500, 501, -500, -501, 250, 700];
    private static readonly int[] _cents = [0, 0, 0, 7, -20, 49, -49, 51, 1200, -100];

    private ulong _state;

    private NotePairs(int seed) => _state = (ulong)seed;

    public static (IReadOnlyList<NoteLabel> Reference, IReadOnlyList<NoteLabel> Estimate) Of(int seed) => new NotePairs(seed).Make(seed);

    private static NoteLabel Note(int onset, int offset, int cents) => new(onset / 10000.0, offset / 10000.0, cents / 100.0);

    private int Below(int limit)
    {
        _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);
        return (int)((_state >> 33) % (ulong)limit);
    }

    private (IReadOnlyList<NoteLabel> Reference, IReadOnlyList<NoteLabel> Estimate) Make(int seed)
    {
        List<NoteLabel> reference = [], estimate = [];
        var time = 1000;
        for (var i = 0; i < 40 + (10 * seed); i++)
        {
            time += Below(4) * (60 + Below(200));
            var pitch = 4800 + (100 * Below(4 + seed));
            var length = 300 + Below(9000);
            reference.Add(Note(time, time + length, pitch));
            for (var copies = _copies[Below(6)]; copies > 0; copies--)
            {
                var onset = Math.Max(0, time + _shifts[Below(10)]);
                var cents = _cents[Below(10)];
                int[] stretches = [0, 0, 100, -100, 500, -500, 501, length / 5, (length / 5) + 1, 3000];
                estimate.Add(Note(onset, Math.Max(onset + 50, time + length + stretches[Below(10)]), pitch + cents));
            }

            if (Below(10) == 0)
            {
                var onset = time + Below(3000);
                var offset = onset + 500 + Below(4000);
                estimate.Add(Note(onset, offset, 4800 + (100 * Below(24))));
            }
        }

        return (reference, estimate);
    }
}
