namespace SparseAudio.Evaluation.Baselines;

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
        var (sine, cosine) = Math.SinCos(Phase);
        var atom = new AtomWaveform(Family, Place, samples);
        for (var i = atom.First; i < atom.End; i++)
        {
            result[i] = (float)(Amplitude * ((cosine * atom.Cosine) - (sine * atom.Sine)));
            atom.Advance();
        }

        return result;
    }
}
