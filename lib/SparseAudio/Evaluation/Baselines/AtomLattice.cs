namespace SparseAudio.Evaluation.Baselines;

/// <summary>
/// The places that atoms of a code may have: widths an octave apart, positions and frequencies in steps that grow and shrink with the width,
/// so that a step costs an atom of any width the same share of its energy.
/// </summary>
/// <param name="PositionSteps">Steps of the position in one width.</param>
/// <param name="FrequencySteps">Steps of the frequency in one bandwidth, which is 1/width cycles a sample.</param>
internal sealed record AtomLattice(double PositionSteps, double FrequencySteps)
{
    /// <summary>The longest transform of a grid, in samples: at 22050 Hz, Gabor atoms reach over up to 3 s, damped ones ring for up to 6 s.</summary>
    public const int LongestTransform = 65536;

    /// <summary>How many widths there are.</summary>
    public const int Octaves = 16;

    private const int MostSteps = 16;
    private const double HighestFrequency = 0.4999;

    private static readonly (int Octaves, int Positions, int Frequencies)[] _moves =
        [(0, -1, 0), (0, 1, 0), (0, 0, -1), (0, 0, 1), (-1, 0, 0), (1, 0, 0)];

    /// <summary>The place of a point.</summary>
    public AtomPlace PlaceOf(AtomFamily family, LatticePoint point)
    {
        var width = family.ShortestWidth * (1 << point.Octave);
        return new(point.Position * width / PositionSteps, width, point.Frequency / (width * FrequencySteps));
    }

    /// <summary>The point next to a place.</summary>
    public LatticePoint PointAt(AtomFamily family, AtomPlace place) => new(
        (int)Math.Round(Math.Log2(place.Width / family.ShortestWidth)),
        (int)Math.Round(place.Position / place.Width * PositionSteps),
        (int)Math.Round(place.Frequency * place.Width * FrequencySteps));

    /// <summary>How many frequencies the lattice has for an octave of widths.</summary>
    public int Frequencies(AtomFamily family, int octave) => (int)(HighestFrequency * family.ShortestWidth * (1 << octave) * FrequencySteps) + 1;

    /// <summary>
    /// The point next to <paramref name="start"/>, or a better one to which steps lead that each take more energy; and the fit there.
    /// </summary>
    public (AtomPlace Place, AtomProjection Projection) Climb(ReadOnlySpan<double> signal, AtomFamily family, AtomPlace start)
    {
        var best = PointAt(family, start);
        var place = PlaceOf(family, best);
        var projection = AtomProjection.Of(signal, family, place);
        for (var (step, isBetter) = (0, true); isBetter && step < MostSteps; step++)
        {
            isBetter = false;
            foreach (var (octaves, positions, frequencies) in _moves)
            {
                var point = PointAt(family, place with { Width = place.Width * Math.Pow(2, octaves) });
                point = point with { Position = point.Position + positions, Frequency = point.Frequency + frequencies };
                var candidate = PlaceOf(family, point);
                var isInside = point is { Octave: >= 0 and < Octaves, Position: >= 0, Frequency: > 0 } && candidate.Position < signal.Length
                    && point.Frequency < Frequencies(family, point.Octave);
                if (!isInside) continue;
                var fit = AtomProjection.Of(signal, family, candidate);
                if (fit.Energy > projection.Energy) (best, place, projection, isBetter) = (point, candidate, fit, true);
            }
        }

        return (place, projection);
    }
}

/// <summary>A point of an <see cref="AtomLattice"/>.</summary>
/// <param name="Octave">The width, in octaves above the shortest.</param>
/// <param name="Position">The position in steps.</param>
/// <param name="Frequency">The frequency in steps.</param>
internal readonly record struct LatticePoint(int Octave, int Position, int Frequency);
