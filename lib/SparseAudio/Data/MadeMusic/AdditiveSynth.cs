using System.Numerics;

namespace SparseAudio.Data.MadeMusic;

/// <summary>Renders notes of known partials. Nothing aliases, and an onset may lie between two samples.</summary>
public static class AdditiveSynth
{
    // Of half the sample rate; vibrato may raise what lies below it by a few percent.
    private const double HighestShare = 0.94;
    private const int Block = 128;

    // A release is over after so many time constants: at -78 dB; the noise, weak as it is, at -43 dB.
    private const double ReleaseConstants = 9;
    private const double NoiseConstants = 5;

    /// <summary>Adds a note to a sound; what lies beyond its ends is cut off.</summary>
    /// <param name="sound">The sound; its first sample is at 0 seconds.</param>
    /// <param name="note">The note.</param>
    /// <param name="sampleRate">Samples a second.</param>
    public static void Add(Span<float> sound, AdditiveNote note, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(note);
        var first = (int)Math.Max(0, Math.Ceiling(note.OnsetSeconds * sampleRate));
        var last = (int)Math.Min(
            sound.Length, Math.Ceiling((note.OnsetSeconds + note.LengthSeconds + (ReleaseConstants * note.ReleaseSeconds)) * sampleRate));
        var partials = new Partials(note, sampleRate);
        var stretched = (first / (double)sampleRate) - note.OnsetSeconds;
        for (var start = first; start < last; start += Block)
        {
            var block = sound[start..Math.Min(start + Block, last)];
            var time = (start / (double)sampleRate) - note.OnsetSeconds;
            var speed = Speed(note, time + (block.Length / 2.0 / sampleRate));
            partials.Begin(time, stretched, speed);
            for (var i = 0; i < block.Length; i++)
            {
                var now = time + (i / (double)sampleRate);
                block[i] += (float)(partials.Next() * Envelope(note, now));
            }

            stretched += speed * block.Length / sampleRate;
        }

        if (note.Noise > 0)
            AddNoise(sound[Math.Min(first, sound.Length)..], note, sampleRate);
    }

    private static void AddNoise(Span<float> sound, AdditiveNote note, int sampleRate)
    {
        var random = new Random(note.NoiseSeed);
        var length = Math.Min(sound.Length, (int)(Math.Min(NoiseConstants * note.NoiseSeconds, note.LengthSeconds) * sampleRate));
        var (level, fall) = (note.Noise, Math.Exp(-1 / (note.NoiseSeconds * sampleRate)));
        for (var i = 0; i < length; i++)
        {
            sound[i] += (float)(level * ((2 * random.NextDouble()) - 1) * Envelope(note, (double)i / sampleRate));
            level *= fall;
        }
    }

    private static double Speed(AdditiveNote note, double time) =>
        note.VibratoCents == 0
            ? 1
            : Math.Pow(2, note.VibratoCents / 1200 * Math.Min(1, time / note.VibratoDelaySeconds) * Math.Sin(2 * Math.PI * note.VibratoHz * time));

    private static double Envelope(AdditiveNote note, double time)
    {
        var value = time < note.AttackSeconds ? 0.5 - (0.5 * Math.Cos(Math.PI * time / note.AttackSeconds)) : 1;
        if (note.Swell != 0)
        {
            var place = Math.Min(1, time / note.LengthSeconds);
            value *= 1 + (4 * note.Swell * place * (1 - place));
        }

        return time > note.LengthSeconds ? value * Math.Exp(-(time - note.LengthSeconds) / note.ReleaseSeconds) : value;
    }

    /// <summary>
    /// The partials as rotating phasors, several at once in vector registers. Each block begins from exact angles and levels, so that
    /// rounding does not add up.
    /// </summary>
    private sealed class Partials
    {
        private readonly AdditiveNote _note;
        private readonly int _sampleRate;
        private readonly double[] _hz;
        private readonly float[] _sine;
        private readonly float[] _cosine;
        private readonly float[] _turnSine;
        private readonly float[] _turnCosine;
        private double _speed;

        public Partials(AdditiveNote note, int sampleRate)
        {
            _note = note;
            _sampleRate = sampleRate;
            _hz = [.. Enumerable.Range(1, note.Amplitudes.Count)
                .Select(k => k * note.Hz * Math.Sqrt(1 + (note.Inharmonicity * k * k)))
                .TakeWhile(hz => hz < HighestShare * sampleRate / 2)];
            var length = (_hz.Length + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
            _sine = new float[length];
            _cosine = new float[length];
            _turnSine = new float[length];
            _turnCosine = new float[length];
        }

        /// <summary>Sets all phasors for a block.</summary>
        /// <param name="time">Seconds since the onset, for the decays.</param>
        /// <param name="stretched">Seconds since the onset as the vibrato bends them, for the angles.</param>
        /// <param name="speed">How many of the latter pass in one of the former.</param>
        public void Begin(double time, double stretched, double speed)
        {
            for (var k = 0; k < _hz.Length; k++)
            {
                var (sine, cosine) = Math.SinCos((2 * Math.PI * _hz[k] * stretched) + (_note.Phases?[k] ?? 0));
                var level = _note.Amplitudes[k] * Math.Exp(-_note.Decays[k] * time);
                _sine[k] = (float)(level * sine);
                _cosine[k] = (float)(level * cosine);
            }

            if (speed == _speed)
                return;

            _speed = speed;
            for (var k = 0; k < _hz.Length; k++)
            {
                var (sine, cosine) = Math.SinCos(2 * Math.PI * _hz[k] * speed / _sampleRate);
                var fall = Math.Exp(-_note.Decays[k] / _sampleRate);
                _turnSine[k] = (float)(fall * sine);
                _turnCosine[k] = (float)(fall * cosine);
            }
        }

        /// <summary>The sum of all partials at this sample; turns them to the next.</summary>
        public float Next()
        {
            var sum = Vector<float>.Zero;
            for (var k = 0; k < _sine.Length; k += Vector<float>.Count)
            {
                var sine = new Vector<float>(_sine, k);
                var cosine = new Vector<float>(_cosine, k);
                var turnSine = new Vector<float>(_turnSine, k);
                var turnCosine = new Vector<float>(_turnCosine, k);
                sum += sine;
                ((sine * turnCosine) + (cosine * turnSine)).CopyTo(_sine, k);
                ((cosine * turnCosine) - (sine * turnSine)).CopyTo(_cosine, k);
            }

            return Vector.Sum(sum);
        }
    }
}
