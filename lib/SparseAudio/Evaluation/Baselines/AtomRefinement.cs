namespace SparseAudio.Evaluation.Baselines;

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
                Try(signal, family, place with { Position = Math.Clamp(place.Position + (move * grid.Hop), 0, signal.Length - 1) }, ref place, ref projection);
            foreach (var move in (ReadOnlySpan<double>)[-step, step])
                Try(signal, family, place with { Frequency = Math.Clamp(place.Frequency + (move * grid.BinWidth), LowestFrequency, HighestFrequency) }, ref place, ref projection);
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
