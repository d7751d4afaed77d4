using SparseAudio.Codec.Format;
using SparseAudio.Evaluation.Baselines;

namespace SparseAudio.Evaluation.Rates;

/// <summary>How finely an atom's strength and phase are told; its place is that of the lattice.</summary>
/// <param name="StepDecibels">Step of the strength.</param>
/// <param name="PhaseBits">Bits of the phase.</param>
internal sealed record AtomPrecision(double StepDecibels, int PhaseBits);

/// <summary>
/// The atoms of a matching pursuit as bytes. Atoms are sorted by width, position and frequency, so that their order costs nothing: for each
/// width how many there are, then for each atom the gap to the position before, the semitone of the frequency and the place within it, the
/// strength above the weakest atom's, and the phase. All but the phase, which is uniform, are coded with adaptive models.
/// </summary>
internal sealed class AtomCode : IOrderedCode
{
    private static readonly AtomPrecision[] _precisions = [new(4, 2), new(3, 3), new(2, 4)];
    private readonly AtomFamily _family;
    private readonly int _length;
    private readonly int _sampleRate;
    private readonly (LatticePoint Point, double Strength, double Phase)[] _atoms;

    /// <summary>Prepares to code.</summary>
    /// <param name="family">The shape of all atoms.</param>
    /// <param name="atoms">Atoms on <see cref="Lattice"/>, in order of their energy.</param>
    /// <param name="length">Samples of the recording.</param>
    /// <param name="sampleRate">Samples a second.</param>
    public AtomCode(AtomFamily family, IReadOnlyList<PursuitAtom> atoms, int length, int sampleRate)
    {
        (_family, _length, _sampleRate) = (family, length, sampleRate);
        _atoms = [.. atoms.Where(atom => atom.Amplitude > 0).Select(atom => (
            Lattice(family).PointAt(family, atom.Place), 20 * Math.Log10(atom.Amplitude * Math.Sqrt(atom.Place.Width)), atom.Phase))];
    }

    /// <inheritdoc/>
    public int Count => _atoms.Length;

    /// <inheritdoc/>
    public int Precisions => _precisions.Length;

    /// <summary>
    /// The lattice of a family's atoms: finer in time where the envelope begins at once. Half and twice these steps cost more bits, or more
    /// energy, than they save at equal bytes.
    /// </summary>
    public static AtomLattice Lattice(AtomFamily family) => new(family.Lead > 0 ? 4 : 8, 4);

    /// <inheritdoc/>
    public byte[] Encode(int count, int precision, NoiseFloor? noise) => CodeBytes.Write(_length, _sampleRate, noise, encoder =>
    {
        encoder.CodeDirect((uint)precision, AtomModels.PrecisionBits);
        var (step, phases) = (_precisions[precision].StepDecibels, 1 << _precisions[precision].PhaseBits);
        var atoms = _atoms.Take(count).Select(atom => (atom.Point, Level: (int)Math.Round(atom.Strength / step), atom.Phase)).ToArray();
        var weakest = atoms.Min(atom => atom.Level);
        var models = new AtomModels(_family);
        models.Numbers.Code(encoder, ZigZag.Of(weakest));
        var octaves = atoms.ToLookup(atom => atom.Point.Octave);
        models.Numbers.Code(encoder, (uint)octaves.Max(octave => octave.Key));
        for (var octave = 0; octave <= octaves.Max(o => o.Key); octave++)
        {
            models.Numbers.Code(encoder, (uint)octaves[octave].Count());
            var position = 0;
            foreach (var (point, level, phase) in octaves[octave].OrderBy(atom => (atom.Point.Position, atom.Point.Frequency)))
            {
                models.Gaps[octave].Code(encoder, (uint)(point.Position - position));
                models.CodeFrequency(encoder, octave, point.Frequency);
                models.Levels.Code(encoder, (uint)Math.Min(level - weakest, AtomModels.MostLevels - 1));
                encoder.CodeDirect((uint)((int)Math.Round(phase / Math.Tau * phases) & (phases - 1)), _precisions[precision].PhaseBits);
                position = point.Position;
            }
        }
    });

    /// <inheritdoc/>
    public float[] Decode(byte[] bytes) => Decode(_family, bytes);

    /// <summary>The sound of a code.</summary>
    public static float[] Decode(AtomFamily family, byte[] bytes) => CodeBytes.Read(bytes, (decoder, length) =>
    {
        var sound = new float[length];
        foreach (var atom in Atoms(family, decoder)) atom.AddTo(sound);
        return sound;
    });

    private static IEnumerable<PursuitAtom> Atoms(AtomFamily family, RangeDecoder decoder)
    {
        var precision = _precisions[decoder.CodeDirect(0, AtomModels.PrecisionBits)];
        var models = new AtomModels(family);
        var weakest = ZigZag.Back(models.Numbers.Code(decoder, 0));
        var longest = models.Numbers.Code(decoder, 0);
        for (var octave = 0; octave <= longest; octave++)
        {
            var position = 0;
            for (var left = models.Numbers.Code(decoder, 0); left > 0; left--)
            {
                position += (int)models.Gaps[octave].Code(decoder, 0);
                var place = Lattice(family).PlaceOf(family, new(octave, position, models.CodeFrequency(decoder, octave, 0)));
                var level = weakest + (int)models.Levels.Code(decoder, 0);
                var amplitude = Math.Pow(10, level * precision.StepDecibels / 20) / Math.Sqrt(place.Width);
                yield return new(family, place, amplitude, Phase(precision.PhaseBits));
            }
        }

        double Phase(int bits) => decoder.CodeDirect(0, bits) * Math.Tau / (1 << bits);
    }
}
