namespace SparseAudio.Evaluation.Baselines;

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
