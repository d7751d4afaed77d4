namespace SparseAudio.Data.MadeMusic;

/// <summary>
/// An artificial room: a network of eight delay lines that feed one another (J.-M. Jot and A. Chaigne, AES 1991), damped towards
/// high frequencies. For sounds of made music; the model has its own reverb.
/// </summary>
internal sealed class RoomReverb
{
    private const int Lines = 8;

    // Lengths of the delay lines in seconds: ratios that share no common period.
    private static readonly double[] _delays = [0.0297, 0.0371, 0.0411, 0.0437, 0.0533, 0.0617, 0.0699, 0.0797];

    private readonly float[][] _lines = new float[Lines][];
    private readonly float[] _gains = new float[Lines];
    private readonly float[] _lows = new float[Lines];
    private readonly float _damping;
    private readonly float _level;

    /// <summary>Draws a room.</summary>
    /// <param name="random">What its size, its decay, its brightness and its loudness are drawn from.</param>
    /// <param name="sampleRate">Samples a second.</param>
    public RoomReverb(Random random, int sampleRate)
    {
        var size = random.Between(0.4, 1.3);
        var seconds = random.BetweenRatios(0.15, 2.5);
        _damping = (float)Math.Exp(-2 * Math.PI * random.BetweenRatios(1500, 7000) / sampleRate);
        _level = (float)random.BetweenRatios(0.05, 0.5);
        for (var i = 0; i < Lines; i++)
        {
            _lines[i] = new float[(int)(size * _delays[i] * sampleRate)];

            // After so many seconds the sound has fallen by 60 dB.
            _gains[i] = (float)Math.Pow(10, -3 * size * _delays[i] / seconds);
        }
    }

    /// <summary>Adds the room's sound to a dry one.</summary>
    public void Apply(Span<float> sound)
    {
        Span<float> taps = stackalloc float[Lines];
        Span<int> places = stackalloc int[Lines];
        for (var n = 0; n < sound.Length; n++)
        {
            var wet = 0f;
            for (var i = 0; i < Lines; i++)
            {
                _lows[i] += (1 - _damping) * (_lines[i][places[i]] - _lows[i]);
                taps[i] = _gains[i] * _lows[i];
                wet += (i & 1) == 0 ? taps[i] : -taps[i];
            }

            Scatter(taps);
            for (var i = 0; i < Lines; i++)
            {
                _lines[i][places[i]] = taps[i] + sound[n];
                places[i] = places[i] + 1 == _lines[i].Length ? 0 : places[i] + 1;
            }

            sound[n] += _level * wet;
        }
    }

    // A Hadamard matrix, which keeps the energy: every line feeds all lines.
    private static void Scatter(Span<float> values)
    {
        for (var half = 1; half < Lines; half <<= 1)
        {
            for (var i = 0; i < Lines; i++)
            {
                if ((i & half) == 0)
                    (values[i], values[i | half]) = (values[i] + values[i | half], values[i] - values[i | half]);
            }
        }

        for (var i = 0; i < Lines; i++)
            values[i] *= 0.35355339f;
    }
}
