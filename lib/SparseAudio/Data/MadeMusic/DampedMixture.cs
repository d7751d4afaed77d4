using SparseAudio.Audio;
using SparseAudio.Data.Notes;

namespace SparseAudio.Data.MadeMusic;

/// <summary>
/// A segment of a few struck notes of damped partials whose every parameter is known: the number of events is the number of notes,
/// and none is hidden, because all pitches differ and none is more than 24 dB below the loudest.
/// </summary>
/// <param name="Audio">The sound, its peak at half of full scale.</param>
/// <param name="Notes">The notes as they were rendered, in the order of their onsets.</param>
public sealed record DampedMixture(AudioClip Audio, IReadOnlyList<AdditiveNote> Notes)
{
    private const int LowestPitch = 36;
    private const int HighestPitch = 96;
    private const int MostNotes = 8;
    private const int Partials = 16;
    private const float Peak = 0.5f;

    // Onsets lie in the first four fifths of the segment, so that something of every note is heard.
    private const double OnsetShare = 0.8;

    /// <summary>The notes as labels; a note ends with the segment, or where its first partial has fallen by 60 dB.</summary>
    public IReadOnlyList<NoteLabel> Labels =>
    [
        .. Notes.Select(note => new NoteLabel(
            note.OnsetSeconds,
            Math.Min(Audio.DurationSeconds, note.OnsetSeconds + (Math.Log(1000) / note.Decays[0])),
            NoteLabel.PitchOf(note.Hz))),
    ];

    /// <summary>Makes a mixture.</summary>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="index">Which of the seed's mixtures.</param>
    /// <param name="notes">How many notes; null for a number of 1 to 8 that is drawn too.</param>
    /// <param name="samples">Length.</param>
    /// <param name="sampleRate">Samples a second.</param>
    public static DampedMixture Create(long seed, long index, int? notes = null, int samples = 32768, int sampleRate = 22050)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        var random = RandomChoices.For(seed, index, samples);
        var count = notes ?? random.Next(1, MostNotes + 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, HighestPitch - LowestPitch, nameof(notes));
        int[] pitches = [.. Enumerable.Range(LowestPitch, HighestPitch - LowestPitch).OrderBy(_ => random.Next()).Take(count)];
        var length = (double)samples / sampleRate;
        AdditiveNote[] made = [.. pitches.Select(pitch => Draw(random, pitch, length)).OrderBy(note => note.OnsetSeconds)];
        var sound = new float[samples];
        foreach (var note in made)
            AdditiveSynth.Add(sound, note, sampleRate);

        var scale = Peak / sound.Max(x => Math.Abs(x));
        return new(
            new AudioClip(Array.ConvertAll(sound, x => x * scale), sampleRate, $"mixture {seed}/{index}"),
            [.. made.Select(note => note with { Amplitudes = [.. note.Amplitudes.Select(amplitude => amplitude * scale)] })]);
    }

    private static AdditiveNote Draw(Random random, int pitch, double length)
    {
        var tilt = random.Between(0.6, 2);
        var loudness = Math.Pow(10, -random.Between(0, 24) / 20);
        var decay = 1 / random.BetweenRatios(0.15, 2);
        var higher = random.Between(0.05, 0.25);
        double[] amplitudes = [.. Enumerable.Range(1, Partials).Select(k => Math.Pow(k, -tilt) * Math.Exp(random.Normal(0.3)))];
        var onset = random.Between(0, OnsetShare * length);
        return new AdditiveNote
        {
            OnsetSeconds = onset,
            LengthSeconds = length - onset,
            Hz = NoteLabel.HzOf(pitch + random.Between(-0.3, 0.3)),
            Amplitudes = [.. amplitudes.Select(amplitude => amplitude * loudness / amplitudes.Sum())],
            Decays = [.. Enumerable.Range(0, Partials).Select(k => decay * (1 + (higher * k)))],
            Phases = [.. Enumerable.Range(0, Partials).Select(_ => random.Between(0, 2 * Math.PI))],
            Inharmonicity = random.Between(0, 5e-4),
            AttackSeconds = random.BetweenRatios(0.001, 0.02),
        };
    }
}
