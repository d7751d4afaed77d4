namespace SparseAudio.Evaluation.Visqol;

/// <summary>
/// The neurogram similarity index (A. Hines, N. Harte, Speech Communication 2012): the structural similarity of two pieces of a spectrogram,
/// from means, variances and covariance around every cell, weighted by a bell of three by three.
/// </summary>
/// <param name="Similarity">The mean of all bands, up to 1.</param>
/// <param name="BandMeans">The similarity of each band.</param>
internal sealed record PatchSimilarity(double Similarity, double[] BandMeans)
{
    private const int Bands = GammatoneSpectrogram.Bands;
    private const double Corner = 0.0113033910173052;
    private const double Edge = 0.0838251475442633;
    private const double Centre = 0.619485845753726;

    // Against division by nothing, for levels between 0 and 1 as the published program has them (its levels are decibels all the same).
    private const double LevelGuard = 0.01 * 0.01;
    private const double StructureGuard = 0.03 * 0.03 / 2;

    /// <summary>Compares two patches of the same size.</summary>
    public static PatchSimilarity Of(Patch reference, Patch degraded)
    {
        var frames = reference.Frames;
        Span<double> product = stackalloc double[frames * Bands];
        Span<double> covariance = stackalloc double[frames * Bands];
        for (var i = 0; i < product.Length; i++) product[i] = reference.Cells[i] * degraded.Cells[i];
        Blur(product, covariance);
        var bands = new double[Bands];
        for (var i = 0; i < product.Length; i++)
        {
            var (one, other) = (reference.Means[i], degraded.Means[i]);
            var level = (2 * one * other + LevelGuard) / (one * one + other * other + LevelGuard);
            var variances = reference.Variances[i] * degraded.Variances[i];
            var structure = (covariance[i] - one * other + StructureGuard) / (variances < 0 ? StructureGuard : Math.Sqrt(variances) + StructureGuard);
            bands[i % Bands] += level * structure / frames;
        }

        return new PatchSimilarity(bands.Average(), bands);
    }

    // The weighted mean of the three by three cells around each; at the borders the last cell counts again.
    private static void Blur(ReadOnlySpan<double> cells, Span<double> blurred)
    {
        var frames = cells.Length / Bands;
        for (var frame = 0; frame < frames; frame++)
        {
            var here = cells.Slice(frame * Bands, Bands);
            var before = cells.Slice(Math.Max(0, frame - 1) * Bands, Bands);
            var after = cells.Slice(Math.Min(frames - 1, frame + 1) * Bands, Bands);
            for (var band = 0; band < Bands; band++)
            {
                var (low, high) = (Math.Max(0, band - 1), Math.Min(Bands - 1, band + 1));
                blurred[frame * Bands + band] = Centre * here[band]
                    + Edge * (here[low] + here[high] + before[band] + after[band])
                    + Corner * (before[low] + before[high] + after[low] + after[high]);
            }
        }
    }

    /// <summary>Some frames of a spectrogram, with what every comparison needs of them.</summary>
    public sealed class Patch
    {
        private Patch(double[] cells)
        {
            (Cells, Means, Variances) = (cells, new double[cells.Length], new double[cells.Length]);
            Blur(cells, Means);
            Blur(Array.ConvertAll(cells, x => x * x), Variances);
            for (var i = 0; i < cells.Length; i++) Variances[i] -= Means[i] * Means[i];
        }

        /// <summary>(frames, bands)</summary>
        public double[] Cells { get; }

        /// <summary>(frames, bands): the mean around each cell.</summary>
        public double[] Means { get; }

        /// <summary>(frames, bands): the variance around each cell.</summary>
        public double[] Variances { get; }

        /// <summary>Number of frames.</summary>
        public int Frames => Cells.Length / Bands;

        /// <summary>Cuts a patch out; where the spectrogram has ended, or not begun, it is 0.</summary>
        public static Patch Of(GammatoneSpectrogram spectrogram, int start, int frames)
        {
            var cells = new double[frames * Bands];
            for (var frame = Math.Max(0, -start); frame < frames && start + frame < spectrogram.Frames; frame++)
                spectrogram[start + frame].CopyTo(cells.AsSpan(frame * Bands));
            return new Patch(cells);
        }
    }
}
