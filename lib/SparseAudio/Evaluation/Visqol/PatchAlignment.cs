namespace SparseAudio.Evaluation.Visqol;

/// <summary>
/// Finds every patch of the original in the rebuilt sound: first on the spectrograms, in an order that only goes forward, by dynamic
/// programming; then each pair exactly, by the correlation of its sounds.
/// </summary>
internal sealed class PatchAlignment
{
    private const int PatchFrames = 30;

    // How far from its own place a patch is looked for, in frames: 60 patches.
    private const int Reach = 60 * PatchFrames;
    private const double FrameSeconds = (double)GammatoneSpectrogram.Hop / VisqolScore.SampleRate;
    private readonly double[] _reference;
    private readonly double[] _degraded;
    private readonly GammatoneSpectrogram _spectrogram;
    private readonly PatchSimilarity.Patch[] _patches;
    private readonly int[] _starts;

    /// <summary>Prepares both spectrograms.</summary>
    public PatchAlignment(double[] reference, double[] degraded)
    {
        (_reference, _degraded) = (reference, degraded);
        var (first, second) = GammatoneSpectrogram.OfPair(reference, degraded);
        _spectrogram = second;
        _starts = Starts(first.Frames);
        // The last patch may begin up to half a patch after the end of the rebuilt sound.
        while (_starts.Length > 1 && _starts[^1] - PatchFrames / 2 > second.Frames) _starts = _starts[..^1];
        _patches = Array.ConvertAll(_starts, start => PatchSimilarity.Patch.Of(first, start, PatchFrames));
    }

    /// <summary>The similarity of each patch of the original to its counterpart.</summary>
    public IReadOnlyList<PatchSimilarity> Match(CancellationToken cancellation)
    {
        var rows = Accumulate(cancellation);
        var offset = rows[^1].Best();
        var matches = new PatchSimilarity[_patches.Length];
        for (var patch = _patches.Length - 1; patch >= 0; patch--)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = rows[patch].Before(offset);
            // A patch that took the place of the one before it was not found.
            matches[patch] = before == offset
                ? new PatchSimilarity(0, new double[GammatoneSpectrogram.Bands])
                : Refined(patch, offset, PatchSimilarity.Of(_patches[patch], Cut(offset)));
            offset = Math.Max(0, before);
        }

        return matches;
    }

    // For every patch and every place of it the best sum of similarities up to there.
    private Row[] Accumulate(CancellationToken cancellation)
    {
        var rows = new Row[_patches.Length];
        var cuts = new Dictionary<int, PatchSimilarity.Patch>();
        for (var patch = 0; patch < _patches.Length; patch++)
        {
            cancellation.ThrowIfCancellationRequested();
            var row = rows[patch] = new Row(Math.Max(0, _starts[patch] - Reach), Math.Min(_spectrogram.Frames - 1, _starts[patch] + Reach));
            var former = patch == 0 ? null : rows[patch - 1];
            foreach (var passed in cuts.Keys.Where(place => place < row.First).ToList()) cuts.Remove(passed);
            var (best, bestPlace) = (double.MinValue, -1);
            for (var place = former?.First ?? row.First; place <= row.Last; place++)
            {
                // What lies before the first place of this patch can still be the place of the one before it.
                if (place >= row.First)
                {
                    if (!cuts.TryGetValue(place, out var cut)) cuts[place] = cut = Cut(place);
                    var similarity = PatchSimilarity.Of(_patches[patch], cut).Similarity;
                    if (former is null) row.Set(place, similarity, -1);
                    else if (former[place] > similarity + best) row.Set(place, former[place], place);
                    else row.Set(place, similarity + best, bestPlace);
                }

                // Of equals the latest.
                if (former is not null && former[place] >= best) (best, bestPlace) = (former[place], place);
            }
        }

        return rows;
    }

    private PatchSimilarity.Patch Cut(int place) => PatchSimilarity.Patch.Of(_spectrogram, place, PatchFrames);

    // The sums of one patch at the places from first to last, each with the place of the patch before it.
    private sealed class Row(int first, int last)
    {
        private readonly double[] _sums = new double[Math.Max(0, last - first + 1)];
        private readonly int[] _before = new int[Math.Max(0, last - first + 1)];

        public int First => first;

        public int Last => last;

        // 0 where the patch was not looked for, as in the published program.
        public double this[int place] => place >= first && place <= last ? _sums[place - first] : 0;

        public int Before(int place) => place >= first && place <= last ? _before[place - first] : 0;

        public void Set(int place, double sum, int before) => (_sums[place - first], _before[place - first]) = (sum, before);

        public int Best() => first + Math.Max(0, Array.IndexOf(_sums, _sums.DefaultIfEmpty().Max()));
    }

    // The same patch with the two sounds put on one another to the sample, where that is more alike.
    private PatchSimilarity Refined(int patch, int place, PatchSimilarity coarse)
    {
        var (from, to) = (_starts[patch] * FrameSeconds, place * FrameSeconds);
        var (reference, degraded) = SignalAlignment.AlignAndCut(Slice(_reference, from), Slice(_degraded, to));
        if (Math.Min(reference.Length, degraded.Length) <= GammatoneSpectrogram.Window) return coarse;
        var (first, second) = GammatoneSpectrogram.OfPair(reference, degraded);
        var frames = Math.Min(first.Frames, second.Frames);
        var fine = PatchSimilarity.Of(PatchSimilarity.Patch.Of(first, 0, frames), PatchSimilarity.Patch.Of(second, 0, frames));
        return fine.Similarity < coarse.Similarity ? coarse : fine;
    }

    // The sound of a patch; what is missing at its end is silence before its beginning, as in the published program.
    private static double[] Slice(double[] signal, double seconds)
    {
        var ends = (seconds + PatchFrames * FrameSeconds) * VisqolScore.SampleRate;
        var start = Math.Max(0, (int)(seconds * VisqolScore.SampleRate));
        var end = Math.Min(signal.Length - 1, (int)ends);
        var silence = (int)Math.Max(0, ends - signal.Length);
        return [.. new double[silence], .. signal.AsSpan(start, Math.Max(0, end - start))];
    }

    private static int[] Starts(int frames)
    {
        const int first = PatchFrames / 2;
        var end = first < frames - PatchFrames ? frames - PatchFrames : first + 1;
        return [.. Enumerable.Range(0, frames).Select(i => first + i * PatchFrames).TakeWhile(start => start < end).Select(start => start - 1)];
    }
}
