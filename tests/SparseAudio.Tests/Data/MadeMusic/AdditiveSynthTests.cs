using SparseAudio.Data.MadeMusic;
using Xunit;

namespace SparseAudio.Tests.Data.MadeMusic;

public sealed class AdditiveSynthTests
{
    private const int Rate = 22050;

    [Fact]
    public void Partials_are_damped_sines_from_an_onset_between_two_samples()
    {
        var note = new AdditiveNote
        {
            OnsetSeconds = 100.37 / Rate,
            LengthSeconds = 0.3,
            Hz = 443.21,
            Amplitudes = [0.5, 0.2, 0.1],
            Decays = [3, 5, 20],
            Phases = [0.3, 1, 2],
            Inharmonicity = 4e-4,
            AttackSeconds = 0.004,
            ReleaseSeconds = 0.02,
        };
        var sound = new float[Rate];

        AdditiveSynth.Add(sound, note, Rate);

        Assert.All(sound[..101], x => Assert.Equal(0, x));
        for (var i = 101; i < sound.Length; i++)
        {
            var t = ((double)i / Rate) - note.OnsetSeconds;
            var envelope = t < 0.004 ? 0.5 - (0.5 * Math.Cos(Math.PI * t / 0.004)) : t > 0.3 ? Math.Exp(-(t - 0.3) / 0.02) : 1;
            var sum = Enumerable.Range(0, 3).Sum(k =>
                note.Amplitudes[k] * Math.Exp(-note.Decays[k] * t) * Math.Sin((2 * Math.PI * 443.21 * (k + 1) * Math.Sqrt(1 + (4e-4 * (k + 1) * (k + 1))) * t) + note.Phases[k]));
            Assert.Equal(envelope * sum, sound[i], t > 0.48 ? 1e-3 : 2e-5);
        }
    }

    [Fact]
    public void What_would_alias_is_left_out_and_what_lies_outside_the_sound_is_cut_off()
    {
        var high = new AdditiveNote { OnsetSeconds = -0.5, LengthSeconds = 9, Hz = 6000, Amplitudes = [0, 1, 1], Decays = [0, 0, 0] };
        var sound = new float[1000];

        AdditiveSynth.Add(sound, high, Rate);
        AdditiveSynth.Add(sound, high with { OnsetSeconds = 7, Noise = 1 }, Rate);
        Assert.All(sound, x => Assert.Equal(0, x));

        AdditiveSynth.Add(sound, high with { Hz = 500 }, Rate);
        Assert.All(sound.Chunk(50), chunk => Assert.Contains(chunk, x => Math.Abs(x) > 0.1));
    }

    [Fact]
    public void Vibrato_turns_around_the_pitch()
    {
        var note = new AdditiveNote { OnsetSeconds = 0, LengthSeconds = 2, Hz = 440, Amplitudes = [1], Decays = [0], VibratoCents = 50, VibratoHz = 5, VibratoDelaySeconds = 0.01 };
        var sound = new float[2 * Rate];

        AdditiveSynth.Add(sound, note, Rate);

        double[] upward = [.. Enumerable.Range(1, sound.Length - 1).Where(i => sound[i - 1] < 0 && sound[i] >= 0).Select(i => i - (sound[i] / (sound[i] - sound[i - 1])))];
        double[] hertz = [.. upward.Zip(upward.Skip(1), (a, b) => Rate / (b - a))];
        Assert.InRange(hertz.Max(), 440 * Math.Pow(2, 48 / 1200.0), 440 * Math.Pow(2, 51 / 1200.0));
        Assert.InRange(hertz.Min(), 440 / Math.Pow(2, 51 / 1200.0), 440 / Math.Pow(2, 48 / 1200.0));
        Assert.InRange(hertz.Average(), 439, 441);
    }

    [Fact]
    public void Mixtures_are_their_notes_and_the_same_for_the_same_numbers()
    {
        for (var index = 0; index < 40; index++)
        {
            var mixture = DampedMixture.Create(3, index);
            var sound = new float[32768];
            foreach (var note in mixture.Notes)
                AdditiveSynth.Add(sound, note, mixture.Audio.SampleRate);

            Assert.Equal(mixture.Audio.Samples, DampedMixture.Create(3, index).Audio.Samples);
            Assert.True(mixture.Audio.Samples.Zip(sound).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5));
            Assert.Equal(0.5f, sound.Max(x => Math.Abs(x)), 1e-5f);
            Assert.InRange(mixture.Notes.Count, 1, 8);
            Assert.Equal(mixture.Notes.Count, mixture.Labels.Select(label => Math.Round(label.Pitch)).Distinct().Count());
            Assert.All(mixture.Labels, label => Assert.True(label.OffsetSeconds > label.OnsetSeconds && label.OffsetSeconds <= mixture.Audio.DurationSeconds));
        }

        Assert.Equal(Enumerable.Range(1, 8), Enumerable.Range(0, 200).Select(index => DampedMixture.Create(3, index, samples: 100).Notes.Count).Distinct().Order());
        Assert.Equal(5, DampedMixture.Create(3, 0, notes: 5).Notes.Count);
        Assert.NotEqual(DampedMixture.Create(3, 0).Audio.Samples, DampedMixture.Create(4, 0).Audio.Samples);
    }
}
