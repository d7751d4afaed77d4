namespace SparseAudio.Evaluation.Baselines;

/// <summary>
/// Matching pursuit (Mallat and Zhang, 1993): again and again the atom that fits what is left of a signal best is subtracted from it.
/// The best atom of a grid of all widths is first moved to its best place between the grid's points.
/// </summary>
/// <param name="family">Shape of the atoms.</param>
/// <param name="atoms">How many atoms to take.</param>
public sealed class MatchingPursuit(AtomFamily family, int atoms = 64)
{
    // Below this share of its energy, what is left of a signal of 24-bit floats is their rounding.
    private const double Exhausted = 1e-15;

    /// <summary>Takes the atoms out of a signal; fewer when nothing is left.</summary>
    /// <param name="samples">The signal, at full scale ±1.</param>
    /// <param name="cancellation">Asked before every atom.</param>
    /// <exception cref="ArgumentException">The signal is empty.</exception>
    /// <exception cref="OperationCanceledException">The cancellation was asked for.</exception>
    public PursuitResult Decompose(ReadOnlySpan<float> samples, CancellationToken cancellation = default)
    {
        if (samples.IsEmpty) throw new ArgumentException("A pursuit needs at least one sample.", nameof(samples));

        var residual = new double[samples.Length];
        for (var i = 0; i < residual.Length; i++) residual[i] = samples[i];
        var grids = family.Grids(residual.Length);
        foreach (var grid in grids) grid.Update(residual, 0, residual.Length);

        var taken = new List<PursuitAtom>(atoms);
        var energies = new List<double>(atoms + 1) { Energy(residual) };
        while (taken.Count < atoms && energies[^1] > Exhausted * energies[0])
        {
            cancellation.ThrowIfCancellationRequested();
            var start = grids.Select(grid => (Grid: grid, Best: grid.Strongest())).MaxBy(candidate => candidate.Best.Energy);
            var (place, projection) = AtomRefinement.Climb(residual, family, start.Best.Place, start.Grid);
            if (projection.Energy <= 0) break;

            var (from, to) = Subtract(residual, place, projection);
            taken.Add(new(family, place, double.Hypot(projection.Cosine, projection.Sine), Math.Atan2(-projection.Sine, projection.Cosine)));
            energies.Add(Energy(residual));
            foreach (var grid in grids) grid.Update(residual, from, to);
        }

        return new(taken, Array.ConvertAll(residual, x => (float)x), energies);
    }

    private (int From, int To) Subtract(double[] residual, AtomPlace place, AtomProjection projection)
    {
        var atom = new AtomWaveform(family, place, residual.Length);
        for (var i = atom.First; i < atom.End; i++)
        {
            residual[i] -= (projection.Cosine * atom.Cosine) + (projection.Sine * atom.Sine);
            atom.Advance();
        }

        return (atom.First, atom.End);
    }

    private static double Energy(double[] signal)
    {
        double sum = 0;
        foreach (var x in signal) sum += x * x;
        return sum;
    }
}
