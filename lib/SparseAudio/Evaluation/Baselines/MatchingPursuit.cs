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

    /// <summary>
    /// Where set, atoms are taken from this lattice, for a code that keeps their places as they are, and so many of a long signal that the
    /// search is lazy: after an atom is taken, the fits around it are only computed again when they come up as the strongest. What is left
    /// of a signal rarely fits an atom better than before, so that it is nearly always the same atom, found many times as fast.
    /// </summary>
    internal AtomLattice? Lattice { get; init; }

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
        var grids = Lattice is null ? family.Grids(residual.Length) : family.Grids(residual.Length, AtomLattice.LongestTransform);
        foreach (var grid in grids) grid.Update(residual, 0, residual.Length);

        var taken = new List<PursuitAtom>(atoms);
        var energies = new List<double>(atoms + 1) { Energy(residual) };
        while (taken.Count < atoms && energies[^1] > Exhausted * energies[0])
        {
            cancellation.ThrowIfCancellationRequested();
            var grid = Strongest(grids, residual);
            var start = grid.Strongest().Place;
            var (place, projection) = Lattice?.Climb(residual, family, start) ?? AtomRefinement.Climb(residual, family, start, grid);
            if (projection.Energy <= 0) break;

            var (from, to) = Subtract(residual, place, projection);
            taken.Add(new(family, place, double.Hypot(projection.Cosine, projection.Sine), Math.Atan2(-projection.Sine, projection.Cosine)));
            energies.Add(Energy(residual));
            foreach (var touched in grids)
            {
                if (Lattice is null) touched.Update(residual, from, to);
                else touched.Touch(from, to);
            }
        }

        return new(taken, Array.ConvertAll(residual, x => (float)x), energies);
    }

    private static AtomGrid Strongest(IReadOnlyList<AtomGrid> grids, double[] residual)
    {
        while (true)
        {
            var best = grids.MaxBy(grid => grid.Strongest().Energy)!;
            if (!best.Refresh(residual)) return best;
        }
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

/// <summary>What a matching pursuit has found.</summary>
/// <param name="Atoms">The atoms in the order in which they were taken.</param>
/// <param name="Residual">(samples): what they leave of the signal.</param>
/// <param name="ResidualEnergies">Sum of squares of what is left: of the signal itself, then after each atom.</param>
public sealed record PursuitResult(IReadOnlyList<PursuitAtom> Atoms, float[] Residual, IReadOnlyList<double> ResidualEnergies);

/// <summary>One atom that a pursuit has taken out of a signal; five numbers.</summary>
/// <param name="Family">Its shape.</param>
/// <param name="Place">Position, width and frequency.</param>
/// <param name="Amplitude">Height of the envelope where it is 1, at full scale ±1.</param>
/// <param name="Phase">Phase at the position, in radians; 0 is a cosine.</param>
public sealed record PursuitAtom(AtomFamily Family, AtomPlace Place, double Amplitude, double Phase)
{
    /// <summary>How many numbers say everything about an atom of a known family.</summary>
    public const int Numbers = 5;

    /// <summary>The atom alone, cut at both ends of a signal.</summary>
    /// <param name="samples">Length of the signal.</param>
    /// <returns>(samples) at full scale ±1.</returns>
    public float[] Render(int samples)
    {
        var result = new float[samples];
        AddTo(result);
        return result;
    }

    /// <summary>Adds the atom to a signal, cut at both ends of it.</summary>
    internal void AddTo(Span<float> signal)
    {
        var (sine, cosine) = Math.SinCos(Phase);
        var atom = new AtomWaveform(Family, Place, signal.Length);
        for (var i = atom.First; i < atom.End; i++)
        {
            signal[i] += (float)(Amplitude * ((cosine * atom.Cosine) - (sine * atom.Sine)));
            atom.Advance();
        }
    }
}

/// <summary>Moves an atom off the grid to where it takes more energy: position, frequency and width in turn, in halving steps.</summary>
internal static class AtomRefinement
{
    private const int Rounds = 5;
    private const double LowestFrequency = 1e-4;
    private const double HighestFrequency = 0.4999;

    /// <summary>The best place found from <paramref name="start"/>, a point of <paramref name="grid"/>, and the fit there.</summary>
    public static (AtomPlace Place, AtomProjection Projection) Climb(ReadOnlySpan<double> signal, AtomFamily family, AtomPlace start, AtomGrid grid)
    {
        var place = start;
        var projection = AtomProjection.Of(signal, family, start);
        for (var (round, step) = (0, 0.5); round < Rounds; round++, step /= 2)
        {
            foreach (var move in (ReadOnlySpan<double>)[-step, step])
                Try(signal, family, place with { Position = Math.Clamp(place.Position + (move * grid.Hop), 0, signal.Length - 1) }, ref place,
                    ref projection);
            foreach (var move in (ReadOnlySpan<double>)[-step, step])
                Try(signal, family,
                    place with { Frequency = Math.Clamp(place.Frequency + (move * grid.BinWidth), LowestFrequency, HighestFrequency) },
                    ref place, ref projection);
            foreach (var octaves in (ReadOnlySpan<double>)[-step, step])
                Try(signal, family, place with { Width = place.Width * Math.Pow(2, octaves) }, ref place, ref projection);
        }

        return (place, projection);
    }

    private static void Try(ReadOnlySpan<double> signal, AtomFamily family, AtomPlace candidate, ref AtomPlace place, ref AtomProjection projection)
    {
        var fit = AtomProjection.Of(signal, family, candidate);
        if (fit.Energy > projection.Energy) (place, projection) = (candidate, fit);
    }
}
