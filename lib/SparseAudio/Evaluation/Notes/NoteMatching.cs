using SparseAudio.Data.Notes;

namespace SparseAudio.Evaluation.Notes;

/// <summary>
/// Pairs found notes with true ones, each with one at most, so that there are as many pairs as there can be. As many as
/// <c>mir_eval.transcription.match_notes</c> finds (C. Raffel et al., "mir_eval", ISMIR 2014), by the same rule for a pair: time
/// distances are rounded to a tenth of a millisecond, and a distance equal to the tolerance is allowed.
/// </summary>
/// <remarks>
/// There can be several largest sets of pairs. This one starts from the closest pairs and gives one up only where that makes room
/// for another pair, so that the errors of matched notes are errors of notes that belong together.
/// </remarks>
public static class NoteMatching
{
    private const int None = -1;
    private const double DecimalsKept = 1e4;

    /// <summary>The largest set of pairs.</summary>
    /// <param name="reference">The true notes, in any order.</param>
    /// <param name="estimate">The found notes, in any order.</param>
    /// <param name="tolerance">When two notes may be a pair; null for <see cref="NoteTolerance.Onsets"/>.</param>
    /// <returns>Places in the two lists, in the order of the true notes.</returns>
    public static IReadOnlyList<(int Reference, int Estimate)> Match(
        IReadOnlyList<NoteLabel> reference, IReadOnlyList<NoteLabel> estimate, NoteTolerance? tolerance = null)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(estimate);
        tolerance ??= NoteTolerance.Onsets;
        var partners = Partners(reference, estimate, tolerance);
        var estimateOf = new int[reference.Count];
        var referenceOf = new int[estimate.Count];
        Array.Fill(estimateOf, None);
        Array.Fill(referenceOf, None);
        TakeClosest(partners, estimateOf, referenceOf);
        for (var i = 0; i < reference.Count; i++)
        {
            if (estimateOf[i] == None)
                Augment(i, partners, estimateOf, referenceOf);
        }

        return [.. Enumerable.Range(0, reference.Count).Where(i => estimateOf[i] != None).Select(i => (i, estimateOf[i]))];
    }

    // For every true note the found notes that it may be, with their distance: 0 for equal notes, 2 at both tolerances.
    private static List<(int Estimate, double Distance)>[] Partners(
        IReadOnlyList<NoteLabel> reference, IReadOnlyList<NoteLabel> estimate, NoteTolerance tolerance)
    {
        var order = Enumerable.Range(0, estimate.Count).OrderBy(j => estimate[j].OnsetSeconds).ToArray();
        var onsets = Array.ConvertAll(order, j => estimate[j].OnsetSeconds);
        var partners = new List<(int, double)>[reference.Count];
        for (var i = 0; i < partners.Length; i++)
        {
            partners[i] = [];

            // Rounding lets in what lies half a unit beyond the tolerance; the exact test follows.
            var first = Array.BinarySearch(onsets, reference[i].OnsetSeconds - tolerance.OnsetSeconds - (1 / DecimalsKept));
            for (first = first < 0 ? ~first : FirstEqual(onsets, first); first < order.Length; first++)
            {
                var distance = Rounded(onsets[first] - reference[i].OnsetSeconds);
                if (distance > tolerance.OnsetSeconds)
                {
                    if (onsets[first] > reference[i].OnsetSeconds)
                        break;

                    continue;
                }

                var found = estimate[order[first]];
                var cents = Math.Abs(1200 * (Math.Log2(reference[i].Hz) - Math.Log2(found.Hz)));
                if (cents <= tolerance.PitchCents && EndsTogether(reference[i], found, tolerance))
                    partners[i].Add((order[first], (distance / tolerance.OnsetSeconds) + (cents / tolerance.PitchCents)));
            }
        }

        return partners;
    }

    private static int FirstEqual(double[] onsets, int place)
    {
        while (place > 0 && onsets[place - 1] == onsets[place])
            place--;

        return place;
    }

    private static bool EndsTogether(NoteLabel reference, NoteLabel estimate, NoteTolerance tolerance) =>
        tolerance.OffsetRatio is not { } ratio
        || Rounded(reference.OffsetSeconds - estimate.OffsetSeconds) <= Math.Max(ratio * reference.DurationSeconds, tolerance.OffsetSeconds);

    private static double Rounded(double distance) => Math.Round(Math.Abs(distance) * DecimalsKept) / DecimalsKept;

    private static void TakeClosest(List<(int Estimate, double Distance)>[] partners, int[] estimateOf, int[] referenceOf)
    {
        var pairs = partners.SelectMany((list, i) => list.Select(partner => (Reference: i, partner.Estimate, partner.Distance)));
        foreach (var (i, j, _) in pairs.OrderBy(pair => pair.Distance))
        {
            if (estimateOf[i] == None && referenceOf[j] == None)
            {
                estimateOf[i] = j;
                referenceOf[j] = i;
            }
        }
    }

    // An augmenting path (Berge 1957) from a true note without partner, by breadth-first search: chains of struck-again notes can be
    // too long for recursion.
    private static void Augment(int start, List<(int Estimate, double Distance)>[] partners, int[] estimateOf, int[] referenceOf)
    {
        var cameFrom = new Dictionary<int, int>();
        var queue = new Queue<int>([start]);
        while (queue.TryDequeue(out var i))
        {
            foreach (var (j, _) in partners[i])
            {
                if (!cameFrom.TryAdd(j, i))
                    continue;

                if (referenceOf[j] != None)
                {
                    queue.Enqueue(referenceOf[j]);
                    continue;
                }

                for (var free = j; free != None;)
                {
                    var owner = cameFrom[free];
                    (free, estimateOf[owner]) = (estimateOf[owner], free);
                    referenceOf[estimateOf[owner]] = owner;
                }

                return;
            }
        }
    }
}

/// <summary>How far a found note may lie from a true one and still be that note; the defaults are those of mir_eval and MIREX.</summary>
public sealed record NoteTolerance
{
    /// <summary>Onset within 50 ms, pitch within 50 cents; offsets do not count.</summary>
    public static NoteTolerance Onsets { get; } = new();

    /// <summary>As <see cref="Onsets"/>, and the offset within a fifth of the true note's duration, or 50 ms where that is less.</summary>
    public static NoteTolerance WithOffsets { get; } = new() { OffsetRatio = 0.2 };

    /// <summary>Greatest distance of the onsets, in seconds.</summary>
    public double OnsetSeconds { get; init; } = 0.05;

    /// <summary>Greatest distance of the pitches, in hundredths of a semitone.</summary>
    public double PitchCents { get; init; } = 50;

    /// <summary>Greatest distance of the offsets, as a share of the true note's duration; null where offsets do not count.</summary>
    public double? OffsetRatio { get; init; }

    /// <summary>Distance of the offsets, in seconds, that is always allowed.</summary>
    public double OffsetSeconds { get; init; } = 0.05;
}
