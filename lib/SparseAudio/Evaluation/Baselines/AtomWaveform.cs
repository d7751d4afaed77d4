namespace SparseAudio.Evaluation.Baselines;

/// <summary>Walks through the samples of an atom's cosine and sine, inside a signal of limited length.</summary>
internal struct AtomWaveform
{
    private readonly double _curvature;
    private readonly double _stepCosine;
    private readonly double _stepSine;
    private double _envelope;
    private double _ratio;
    private double _turnCosine;
    private double _turnSine;

    public AtomWaveform(AtomFamily family, AtomPlace place, int samples)
    {
        First = Math.Clamp((int)Math.Ceiling(place.Position - (family.Lead * place.Width)), 0, samples);
        End = Math.Clamp((int)Math.Ceiling(place.Position + (family.Tail * place.Width)), First, samples);
        var offset = First - place.Position;
        (_envelope, _ratio, _curvature) = family.Envelope(offset, place.Width);
        (_turnSine, _turnCosine) = Math.SinCos(Math.Tau * place.Frequency * offset);
        (_stepSine, _stepCosine) = Math.SinCos(Math.Tau * place.Frequency);
    }

    /// <summary>First sample.</summary>
    public int First { get; }

    /// <summary>One past the last sample.</summary>
    public int End { get; }

    /// <summary>The current sample of the atom with phase 0.</summary>
    public readonly double Cosine => _envelope * _turnCosine;

    /// <summary>The current sample of the atom a quarter turn behind.</summary>
    public readonly double Sine => _envelope * _turnSine;

    /// <summary>Goes to the next sample.</summary>
    public void Advance()
    {
        (_turnCosine, _turnSine) = ((_turnCosine * _stepCosine) - (_turnSine * _stepSine), (_turnSine * _stepCosine) + (_turnCosine * _stepSine));
        _envelope *= _ratio;
        _ratio *= _curvature;
    }
}

/// <summary>
/// An envelope as a recursion: the next value is this one times <paramref name="Ratio"/>, the next ratio this one times
/// <paramref name="Curvature"/>.
/// </summary>
/// <remarks>Gaussians and exponentials are exactly such, and a multiplication a sample is ten times faster than an exponential.</remarks>
internal readonly record struct EnvelopeStep(double Value, double Ratio, double Curvature);

/// <summary>The best fit of an atom to a signal: over its strength and phase, by least squares.</summary>
/// <param name="Cosine">Factor of the atom's cosine.</param>
/// <param name="Sine">Factor of the atom's sine.</param>
/// <param name="Energy">Energy of the fit, which is also what the signal loses when the fit is subtracted.</param>
internal readonly record struct AtomProjection(double Cosine, double Sine, double Energy)
{
    // Below this share of the product of energies, cosine and sine are the same direction but for rounding.
    private const double Degenerate = 1e-9;

    public static AtomProjection Of(ReadOnlySpan<double> signal, AtomFamily family, AtomPlace place)
    {
        double cc = 0, cs = 0, ss = 0, xc = 0, xs = 0;
        var atom = new AtomWaveform(family, place, signal.Length);
        for (var i = atom.First; i < atom.End; i++)
        {
            var (cosine, sine) = (atom.Cosine, atom.Sine);
            cc += cosine * cosine;
            cs += cosine * sine;
            ss += sine * sine;
            xc += signal[i] * cosine;
            xs += signal[i] * sine;
            atom.Advance();
        }

        var determinant = (cc * ss) - (cs * cs);
        if (determinant > Degenerate * cc * ss)
        {
            var a = ((xc * ss) - (xs * cs)) / determinant;
            var b = ((xs * cc) - (xc * cs)) / determinant;
            return new(a, b, (a * xc) + (b * xs));
        }

        return cc > 0 ? new(xc / cc, 0, xc * xc / cc) : default;
    }
}
