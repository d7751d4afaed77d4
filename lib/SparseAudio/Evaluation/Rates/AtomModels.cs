using SparseAudio.Codec.Format;
using SparseAudio.Evaluation.Baselines;

namespace SparseAudio.Evaluation.Rates;

/// <summary>The adaptive models of an <see cref="AtomCode"/>.</summary>
internal sealed class AtomModels
{
    /// <summary>Bits of the number of the precision.</summary>
    public const int PrecisionBits = 2;

    /// <summary>How many levels of strength there are.</summary>
    public const int MostLevels = 64;

    private const int PitchBits = 7;
    private const double LowestPitch = 0.001;
    private readonly AtomFamily _family;
    private readonly SymbolCoder _pitch = new(PitchBits);
    private readonly Dictionary<(int Octave, int Pitch), SymbolCoder> _within = [];

    /// <summary>Prepares for atoms of a family.</summary>
    public AtomModels(AtomFamily family) => _family = family;

    /// <summary>The few numbers that a code begins with.</summary>
    public GapCoder Numbers { get; } = new();

    /// <summary>The gaps between positions, one model a width.</summary>
    public GapCoder[] Gaps { get; } = [.. Enumerable.Range(0, AtomLattice.Octaves).Select(_ => new GapCoder())];

    /// <summary>The strength above the weakest atom's; energy is what a pursuit goes by, so that all widths share its distribution.</summary>
    public SymbolCoder Levels { get; } = new(SymbolCoder.BitsFor(MostLevels));

    /// <summary>
    /// Codes a frequency: its semitone, whose distribution is that of the music whatever the width, and the place within it, which learns how
    /// the instruments are tuned.
    /// </summary>
    /// <param name="coder">Writes or reads.</param>
    /// <param name="octave">The atom's width.</param>
    /// <param name="frequency">In steps of the lattice, when writing.</param>
    public int CodeFrequency(IRangeCoder coder, int octave, int frequency)
    {
        var pitch = (int)_pitch.Code(coder, (uint)PitchOf(octave, frequency));
        var first = First(octave, pitch);
        return first + (int)Within(octave, pitch).Code(coder, (uint)Math.Max(0, frequency - first));
    }

    private int PitchOf(int octave, int frequency)
    {
        var pitch = (int)Math.Clamp(12 * Math.Log2(Frequency(new(octave, 0, frequency)) / LowestPitch), 0, (1 << PitchBits) - 1);
        while (pitch > 0 && First(octave, pitch) > frequency) pitch--;
        while (pitch < (1 << PitchBits) - 1 && First(octave, pitch + 1) <= frequency) pitch++;
        return pitch;
    }

    private double Frequency(LatticePoint point) => AtomCode.Lattice(_family).PlaceOf(_family, point).Frequency;

    // The first frequency of a semitone; the semitones of a short atom may have none, and the lowest has all that are lower.
    private int First(int octave, int pitch) =>
        pitch == 0 ? 0 : (int)Math.Ceiling(LowestPitch * Math.Pow(2, pitch / 12.0) / Frequency(new(octave, 0, 1)));

    private SymbolCoder Within(int octave, int pitch)
    {
        if (_within.TryGetValue((octave, pitch), out var coder)) return coder;
        return _within[(octave, pitch)] = new SymbolCoder(SymbolCoder.BitsFor(First(octave, pitch + 1) - First(octave, pitch)));
    }
}
