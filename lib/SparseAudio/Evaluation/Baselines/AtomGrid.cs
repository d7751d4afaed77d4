using System.Numerics;
using System.Numerics.Tensors;

namespace SparseAudio.Evaluation.Baselines;

/// <summary>
/// All atoms of one width at evenly spaced positions and frequencies, and for each position the one that would take the most
/// energy out of the signal: a short-time Fourier transform under the atom's envelope, of which only the peaks are kept.
/// </summary>
/// <remarks>
/// The energy of a fit is taken as 2|⟨x, atom⟩|² / ‖envelope‖², which holds for frequencies well above 1/width; the lowest bins,
/// where it does not, are left out.
/// </remarks>
internal sealed class AtomGrid
{
    private const int LowestBin = 3;
    private readonly double[] _envelope;
    private readonly double[] _envelopeEnergy;
    private readonly double[] _energies;
    private readonly int[] _bins;
    private readonly bool[] _isStale;
    private readonly int _lead;
    private readonly int _samples;
    private readonly FourierTransform _transform;
    private readonly Complex[] _pair;
    private int _strongest = -1;

    public AtomGrid(AtomFamily family, double width, int transform, int hop, int samples)
    {
        Width = width;
        Hop = hop;
        _samples = samples;
        _lead = (int)Math.Round(family.Lead * width);
        _envelope = new double[Math.Min(_lead + (int)Math.Round(family.Tail * width), _lead + samples)];
        _envelopeEnergy = new double[_envelope.Length + 1];
        for (var i = 0; i < _envelope.Length; i++)
        {
            _envelope[i] = family.Envelope(i - _lead, width).Value;
            _envelopeEnergy[i + 1] = _envelopeEnergy[i] + (_envelope[i] * _envelope[i]);
        }

        _transform = new FourierTransform(transform);
        _pair = new Complex[transform];
        _energies = new double[((samples - 1) / hop) + 1];
        _bins = new int[_energies.Length];
        _isStale = new bool[_energies.Length];
    }

    /// <summary>Width of the atoms in samples.</summary>
    public double Width { get; }

    /// <summary>Samples from one position to the next.</summary>
    public int Hop { get; }

    /// <summary>Cycles a sample from one frequency to the next.</summary>
    public double BinWidth => 1.0 / _transform.Length;

    /// <summary>Looks again at all positions whose atoms touch samples <paramref name="from"/> to <paramref name="to"/> (exclusive).</summary>
    public void Update(ReadOnlySpan<double> signal, int from, int to)
    {
        var (first, last) = Touching(from, to);
        for (var frame = first; frame <= last; frame += 2)
            Transform(signal, frame, Math.Min(frame + 1, last));
    }

    /// <summary>Notes that the signal has changed in samples <paramref name="from"/> to <paramref name="to"/>, for <see cref="Refresh"/>.</summary>
    public void Touch(int from, int to)
    {
        var (first, last) = Touching(from, to);
        _isStale.AsSpan(first, Math.Max(last - first + 1, 0)).Fill(true);
    }

    /// <summary>Looks again at the strongest position, where the signal has changed there; returns whether it had.</summary>
    public bool Refresh(ReadOnlySpan<double> signal)
    {
        var frame = StrongestFrame();
        if (!_isStale[frame]) return false;

        // The second frame of a transform costs nothing.
        Transform(signal, frame, frame + 1 < _isStale.Length && _isStale[frame + 1] ? frame + 1 : frame);
        return true;
    }

    /// <summary>The atom that would take the most energy.</summary>
    public (double Energy, AtomPlace Place) Strongest()
    {
        var best = StrongestFrame();
        return (_energies[best], new((double)best * Hop, Width, _bins[best] * BinWidth));
    }

    private int StrongestFrame() => _strongest >= 0 ? _strongest : _strongest = TensorPrimitives.IndexOfMax<double>(_energies);

    private (int First, int Last) Touching(int from, int to) => (
        Math.Max((int)Math.Floor((from - (_envelope.Length - _lead)) / (double)Hop) + 1, 0),
        Math.Min((to - 1 + _lead) / Hop, _energies.Length - 1));

    // One complex transform serves two real frames, one as its real and one as its imaginary part.
    private void Transform(ReadOnlySpan<double> signal, int frame, int next)
    {
        Array.Clear(_pair);
        var energy = Fill(signal, frame, Complex.One);
        var nextEnergy = next == frame ? energy : Fill(signal, next, Complex.ImaginaryOne);
        _transform.Forward(_pair);

        double best = 0, nextBest = 0;
        int bestBin = LowestBin, nextBestBin = LowestBin;
        for (var bin = LowestBin; bin < _transform.Length / 2; bin++)
        {
            var (a, b) = (_pair[bin], _pair[_transform.Length - bin]);
            var (sumReal, sumImaginary) = (a.Real + b.Real, a.Imaginary - b.Imaginary);
            var (differenceReal, differenceImaginary) = (a.Real - b.Real, a.Imaginary + b.Imaginary);
            var power = (sumReal * sumReal) + (sumImaginary * sumImaginary);
            var nextPower = (differenceReal * differenceReal) + (differenceImaginary * differenceImaginary);
            if (power > best) (best, bestBin) = (power, bin);
            if (nextPower > nextBest) (nextBest, nextBestBin) = (nextPower, bin);
        }

        Keep(frame, best / 2 / energy, bestBin);
        if (next != frame) Keep(next, nextBest / 2 / nextEnergy, nextBestBin);
    }

    private void Keep(int frame, double energy, int bin)
    {
        (_energies[frame], _bins[frame], _isStale[frame]) = (energy, bin, false);
        _strongest = -1;
    }

    // Where the envelope is longer than the transform it is folded, which samples the spectrum and changes nothing else.
    private double Fill(ReadOnlySpan<double> signal, int frame, Complex unit)
    {
        var start = (frame * Hop) - _lead;
        var from = Math.Max(start, 0);
        var to = Math.Min(start + _envelope.Length, _samples);
        var mask = _transform.Length - 1;
        for (var i = from; i < to; i++)
            _pair[(i - start) & mask] += unit * (signal[i] * _envelope[i - start]);
        return _envelopeEnergy[to - start] - _envelopeEnergy[from - start];
    }
}
