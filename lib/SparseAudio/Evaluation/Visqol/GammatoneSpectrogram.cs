using System.Numerics;
using System.Runtime.InteropServices;

namespace SparseAudio.Evaluation.Visqol;

/// <summary>
/// The level of every band of a gammatone filter bank over time (M. Slaney, Apple technical report 35, 1993): bands as wide as the ear's,
/// from 50 Hz to half the sample rate, in frames of 80 ms, a quarter of that apart.
/// </summary>
internal sealed class GammatoneSpectrogram
{
    /// <summary>Number of bands.</summary>
    public const int Bands = 32;

    /// <summary>Samples of a frame.</summary>
    public const int Window = 3840;

    /// <summary>Samples from one frame to the next.</summary>
    public const int Hop = Window / 4;

    private const double LowestHz = 50;
    private const double NoiseFloorDecibels = -45;
    private const double BelowLoudestDecibels = 45;

    // Glasberg and Moore's equivalent rectangular bandwidth: frequency / EarQ + least, in hertz.
    private const double EarQ = 9.26449;
    private const double LeastBandwidth = 24.7;
    private const int Stages = 4;
    private static readonly double[] _hann = [.. Enumerable.Range(0, Window).Select(n => 0.5 - 0.5 * Math.Cos(2 * Math.PI * n / (Window - 1)))];
    private static readonly Filters _filters = new();

    // (frames, bands)
    private readonly double[] _levels;

    private GammatoneSpectrogram(double[] levels) => _levels = levels;

    /// <summary>Number of frames.</summary>
    public int Frames => _levels.Length / Bands;

    /// <summary>The levels of all bands in a frame, the lowest first.</summary>
    public ReadOnlySpan<double> this[int frame] => _levels.AsSpan(frame * Bands, Bands);

    /// <summary>The spectrograms of two signals, in decibels above the floor that they share.</summary>
    /// <param name="reference">Longer than a frame.</param>
    /// <param name="degraded">Longer than a frame.</param>
    public static (GammatoneSpectrogram Reference, GammatoneSpectrogram Degraded) OfPair(
        ReadOnlySpan<double> reference, ReadOnlySpan<double> degraded)
    {
        var (first, second) = (Of(reference), Of(degraded));
        first.Raise(NoiseFloorDecibels);
        second.Raise(NoiseFloorDecibels);
        for (var frame = 0; frame < Math.Min(first.Frames, second.Frames); frame++)
        {
            var one = first._levels.AsSpan(frame * Bands, Bands);
            var other = second._levels.AsSpan(frame * Bands, Bands);
            var floor = double.NegativeInfinity;
            for (var band = 0; band < Bands; band++) floor = Math.Max(floor, Math.Max(one[band], other[band]));
            floor -= BelowLoudestDecibels;
            for (var band = 0; band < Bands; band++) (one[band], other[band]) = (Math.Max(one[band], floor), Math.Max(other[band], floor));
        }

        var lowest = Math.Min(first._levels.Min(), second._levels.Min());
        foreach (ref var level in first._levels.AsSpan()) level -= lowest;
        foreach (ref var level in second._levels.AsSpan()) level -= lowest;
        return (first, second);
    }

    private static GammatoneSpectrogram Of(ReadOnlySpan<double> signal)
    {
        var frames = 1 + (signal.Length - Window) / Hop;
        var levels = new double[frames * Bands];
        var frame = new double[Window];
        for (var i = 0; i < frames; i++)
        {
            for (var n = 0; n < Window; n++) frame[n] = signal[i * Hop + n] * _hann[n];
            _filters.Energies(frame, levels.AsSpan(i * Bands, Bands));
        }

        foreach (ref var level in levels.AsSpan())
        {
            var rms = Math.Sqrt(level / Window);
            level = 10 * Math.Log10(rms == 0 ? double.BitIncrement(1) - 1 : rms);
        }

        return new GammatoneSpectrogram(levels);
    }

    private void Raise(double floor)
    {
        foreach (ref var level in _levels.AsSpan()) level = Math.Max(level, floor);
    }

    // Four filters of the second order one after the other in each band, several bands in the lanes of a vector.
    private sealed class Filters
    {
        private readonly Vector<double>[] _zero = new Vector<double>[Stages * Groups];
        private readonly Vector<double>[] _one = new Vector<double>[Stages * Groups];
        private readonly Vector<double>[] _poleOne = new Vector<double>[Groups];
        private readonly Vector<double>[] _poleTwo = new Vector<double>[Groups];

        public Filters()
        {
            var (zero, one) = (new double[Stages * Bands], new double[Stages * Bands]);
            var (poleOne, poleTwo) = (new double[Bands], new double[Bands]);
            for (var band = 0; band < Bands; band++) Design(band, zero, one, poleOne, poleTwo);
            MemoryMarshal.Cast<double, Vector<double>>(zero).CopyTo(_zero);
            MemoryMarshal.Cast<double, Vector<double>>(one).CopyTo(_one);
            MemoryMarshal.Cast<double, Vector<double>>(poleOne).CopyTo(_poleOne);
            MemoryMarshal.Cast<double, Vector<double>>(poleTwo).CopyTo(_poleTwo);
        }

        private static int Groups => Bands / Vector<double>.Count;

        // The sum of the squares of each band's output while the frame lasts; what rings on after it is left out.
        public void Energies(ReadOnlySpan<double> frame, Span<double> energies)
        {
            for (var group = 0; group < Groups; group++)
            {
                var (p1, p2) = (_poleOne[group], _poleTwo[group]);
                var (a0, a1) = (_zero[group], _one[group]);
                var (b0, b1) = (_zero[Groups + group], _one[Groups + group]);
                var (c0, c1) = (_zero[2 * Groups + group], _one[2 * Groups + group]);
                var (d0, d1) = (_zero[3 * Groups + group], _one[3 * Groups + group]);
                Vector<double> a = default, a2 = default, b = default, b2 = default, c = default, c2 = default, d = default, d2 = default;
                Vector<double> sum = default;
                foreach (var sample in frame)
                {
                    var x = new Vector<double>(sample);
                    var y = a0 * x + a;
                    (a, a2) = (a1 * x + a2 - p1 * y, -(p2 * y));
                    x = y;
                    y = b0 * x + b;
                    (b, b2) = (b1 * x + b2 - p1 * y, -(p2 * y));
                    x = y;
                    y = c0 * x + c;
                    (c, c2) = (c1 * x + c2 - p1 * y, -(p2 * y));
                    x = y;
                    y = d0 * x + d;
                    (d, d2) = (d1 * x + d2 - p1 * y, -(p2 * y));
                    sum += y * y;
                }

                sum.CopyTo(energies[(group * Vector<double>.Count)..]);
            }
        }

        private static void Design(int band, double[] zero, double[] one, double[] poleOne, double[] poleTwo)
        {
            const double rate = VisqolScore.SampleRate;
            const double step = 1 / rate;
            var offset = EarQ * LeastBandwidth;
            // Evenly spaced on the ear's scale; the published program counts from the highest.
            var place = (Bands - band) * (Math.Log(LowestHz + offset) - Math.Log(rate / 2 + offset)) / Bands;
            var hertz = Math.Exp(place) * (rate / 2 + offset) - offset;
            var width = 1.019 * 2 * Math.PI * (hertz / EarQ + LeastBandwidth);
            var angle = 2 * Math.PI * hertz * step;
            var decay = Math.Exp(-width * step);
            poleOne[band] = -2 * Math.Cos(angle) * decay;
            poleTwo[band] = decay * decay;
            var (far, near) = (Math.Sqrt(3 + Math.Pow(2, 1.5)), Math.Sqrt(3 - Math.Pow(2, 1.5)));
            double[] zeros = [far, -far, near, -near];

            // The response of all four at the band's own frequency, to be 1.
            var turn = Complex.Exp(new Complex(0, 2 * angle));
            var ring = Complex.Exp(new Complex(-width * step, angle));
            var pole = -2 * decay * decay - 2 * turn + 2 * (1 + turn) * decay;
            var gain = Complex.One;
            foreach (var root in zeros) gain *= -2 * turn * step + 2 * ring * step * (Math.Cos(angle) - root * Math.Sin(angle));
            var whole = (gain / Complex.Pow(pole, Stages)).Magnitude;
            for (var stage = 0; stage < Stages; stage++)
            {
                // The gain is taken out in the first stage.
                var scale = stage == 0 ? 1 / whole : 1;
                zero[stage * Bands + band] = step * scale;
                one[stage * Bands + band] = -step * decay * (Math.Cos(angle) + zeros[stage] * Math.Sin(angle)) * scale;
            }
        }
    }
}
