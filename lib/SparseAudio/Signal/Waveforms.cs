namespace SparseAudio.Signal;

/// <summary>A periodic shape from which resonances are mixed.</summary>
public enum Waveform
{
    /// <summary>Rises from -1 to +1 and falls at once.</summary>
    Sawtooth,

    /// <summary>+1 for half of the period, then -1.</summary>
    Square,

    /// <summary>Rises from -1 to +1 and falls back, both in half of the period.</summary>
    Triangle,

    /// <summary>The sine, starting at 0.</summary>
    Sine,
}

/// <summary>Sampled periodic waveforms, unfiltered: what lies above the Nyquist frequency folds down.</summary>
public static class Waveforms
{
    /// <summary>Samples one waveform at phases that run evenly from 0.</summary>
    /// <param name="shape">Which waveform.</param>
    /// <param name="radiansPerSample">How far the phase moves from sample to sample.</param>
    /// <param name="samples">Receives the waveform.</param>
    public static void Fill(Waveform shape, double radiansPerSample, Span<float> samples)
    {
        for (var n = 0; n < samples.Length; n++)
            samples[n] = (float)Value(shape, n * radiansPerSample);
    }

    private static double Value(Waveform shape, double radians)
    {
        var phase = radians % Math.Tau;
        return shape switch
        {
            Waveform.Sawtooth => phase / Math.PI - 1,
            Waveform.Square => phase < Math.PI ? 1 : -1,
            Waveform.Triangle => phase < Math.PI ? 2 * phase / Math.PI - 1 : 3 - 2 * phase / Math.PI,
            Waveform.Sine => Math.Sin(phase),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "Not a waveform."),
        };
    }
}
