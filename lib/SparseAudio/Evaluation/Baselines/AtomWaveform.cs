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
