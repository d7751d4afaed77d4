namespace SparseAudio.Evaluation.Baselines;

/// <summary>The shape that all atoms of a pursuit share.</summary>
public abstract class AtomFamily
{
    private protected AtomFamily(string name, double lead, double tail)
    {
        Name = name;
        Lead = lead;
        Tail = tail;
    }

    /// <summary>Sinusoids under a Gaussian exp(−π (n/width)²), cut where it has fallen to −61 dB.</summary>
    public static AtomFamily Gabor { get; } = new GaborAtoms();

    /// <summary>Sinusoids that start at once and die away as exp(−n/width), cut at −69 dB.</summary>
    public static AtomFamily DampedSinusoid { get; } = new DampedSinusoids();

    /// <summary>What the family is called in tables.</summary>
    public string Name { get; }

    /// <summary>How far an atom reaches before its position, in widths.</summary>
    internal double Lead { get; }

    /// <summary>How far an atom reaches after its position, in widths.</summary>
    internal double Tail { get; }

    /// <summary>The width of the first grid, in samples; each further one is twice as wide.</summary>
    internal abstract double ShortestWidth { get; }

    /// <summary>The grids on which a pursuit looks for atoms in a signal of so many samples, from the shortest width to the longest.</summary>
    /// <param name="samples">Length of the signal.</param>
    /// <param name="longestTransform">The longest Fourier transform, in samples, that a grid may need.</param>
    internal abstract IReadOnlyList<AtomGrid> Grids(int samples, int longestTransform = int.MaxValue);

    /// <summary>The envelope around <paramref name="offset"/> samples after the position.</summary>
    internal abstract EnvelopeStep Envelope(double offset, double width);

    private sealed class GaborAtoms() : AtomFamily("Gabor atoms", lead: 1.5, tail: 1.5)
    {
        private const int Shortest = 64;
        private const int FramesPerReach = 8;

        internal override double ShortestWidth => Shortest / (Lead + Tail);

        internal override IReadOnlyList<AtomGrid> Grids(int samples, int longestTransform)
        {
            // Twice as long as the signal, the flat top of an atom holds a tone from end to end.
            var grids = new List<AtomGrid>();
            for (var reach = Shortest; reach <= Math.Min(2 * samples, longestTransform); reach *= 2)
                grids.Add(new AtomGrid(this, reach / (Lead + Tail), reach, reach / FramesPerReach, samples));
            return grids;
        }

        internal override EnvelopeStep Envelope(double offset, double width)
        {
            var slope = Math.PI / (width * width);
            return new(Math.Exp(-slope * offset * offset), Math.Exp(-slope * ((2 * offset) + 1)), Math.Exp(-2 * slope));
        }
    }

    private sealed class DampedSinusoids() : AtomFamily("damped sinusoids", lead: 0, tail: 8)
    {
        private const int Shortest = 32;
        private const int TransformPerWidth = 4;
        private const int FramesPerWidth = 2;

        internal override double ShortestWidth => Shortest;

        internal override IReadOnlyList<AtomGrid> Grids(int samples, int longestTransform)
        {
            var grids = new List<AtomGrid>();
            for (var width = Shortest; width <= Math.Min(samples, longestTransform / TransformPerWidth); width *= 2)
                grids.Add(new AtomGrid(this, width, TransformPerWidth * width, width / FramesPerWidth, samples));
            return grids;
        }

        internal override EnvelopeStep Envelope(double offset, double width)
        {
            var ratio = Math.Exp(-1 / width);
            return new(Math.Exp(-offset / width), ratio, Curvature: 1);
        }
    }
}

/// <summary>Which atom of a family: all that is chosen before its strength and phase follow from the signal.</summary>
/// <param name="Position">Where the atom is anchored, in samples and fractions of them: a Gabor atom's centre, a damped sinusoid's onset.</param>
/// <param name="Width">How long it is, in samples: see <see cref="AtomFamily"/>.</param>
/// <param name="Frequency">In cycles a sample, above 0 and below 0.5.</param>
public readonly record struct AtomPlace(double Position, double Width, double Frequency);
