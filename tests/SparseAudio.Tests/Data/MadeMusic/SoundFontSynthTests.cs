using SparseAudio.Data.MadeMusic;
using SparseAudio.Data.Notes;
using Xunit;

namespace SparseAudio.Tests.Data.MadeMusic;

public sealed class SoundFontSynthTests : IDisposable
{
    private const int Rate = 44100;
    private const int Xylophone = 13;
    private readonly TemporaryFolder _folder = new();

    [SoundFontFact]
    public void Notes_sound_when_the_labels_say_within_a_millisecond_and_a_bit()
    {
        NoteLabel[] notes = [.. Enumerable.Range(0, 12).Select(i => new NoteLabel(0.5 + (i * 1.0137), 0.7 + (i * 1.0137), 72, Xylophone, 100))];

        foreach (var font in SoundFontSynth.InstalledFonts)
        {
            var sound = SoundFontSynth.Render(MidiWriter.ToBytes(notes), font, new SynthSettings(), 13 * Rate, Rate);
            double[] late = [.. notes.Select(note => FirstSound(sound, note.OnsetSeconds) - note.OnsetSeconds - SoundFontSynth.LatencySeconds)];
            Assert.InRange(late.Average(), -0.0006, 0.0006);
            Assert.All(late, seconds => Assert.InRange(seconds, -0.002, 0.002));
        }
    }

    [SoundFontFact]
    public void The_same_piece_sounds_the_same_twice_and_reverb_changes_it()
    {
        var options = new MadeMusicOptions { Seed = 2, ClipSeconds = 6, AdditiveShare = 0 };
        var (first, second) = (MadeClip.Make(options, 1), MadeClip.Make(options, 1));
        var font = SoundFontSynth.InstalledFonts[0];

        Assert.Equal(first.Audio.Samples, second.Audio.Samples);
        Assert.EndsWith(".sf2", first.Synthesiser);
        Assert.NotEqual(
            SoundFontSynth.Render(first.Midi, font, new SynthSettings(Reverb: true), Rate, Rate), SoundFontSynth.Render(first.Midi, font, new SynthSettings(), Rate, Rate));
    }

    [SoundFontFact]
    public void The_pitch_wheel_tunes_a_part_as_its_labels_say()
    {
        var part = new ScorePart(GeneralMidi.Instruments.First(instrument => instrument.Program == 73), 100, ScorePart.WheelFor(35));
        var score = new Score([part], [new ScoreNote(0, 3840, 72, 100, 0)], []);
        var plain = score with { Parts = [part with { Wheel = ScorePart.WheelFor(0) }] };
        double Hz(Score piece)
        {
            var sound = SoundFontSynth.Render(piece.ToMidi(), SoundFontSynth.InstalledFonts[0], new SynthSettings(), 2 * Rate, Rate);
            return Enumerable.Range(0, 700).Select(i => 510 + (i * 0.05)).MaxBy(hz => Strength(sound.AsSpan(Rate / 2, Rate), hz));
        }

        Assert.Equal(72.35, Assert.Single(score.Labels(0)).Pitch, 0.001);

        // fluidsynth rounds pitches down to whole cents.
        Assert.Equal(35, 1200 * Math.Log2(Hz(score) / Hz(plain)), 1.5);
    }

    [SoundFontFact]
    public void A_file_that_is_no_sound_font_and_a_stopped_run_are_reported()
    {
        var midi = MidiWriter.ToBytes([new NoteLabel(0, 1, 60)]);
        var font = _folder.Write("font.sf2", "nothing of the kind"u8.ToArray());
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.Contains("font.sf2", Assert.Throws<MadeMusicException>(() => SoundFontSynth.Render(midi, font, new SynthSettings(), 100, Rate)).Message);
        Assert.Contains("no such", Assert.Throws<MadeMusicException>(() => SoundFontSynth.Render(midi, font + "x", new SynthSettings(), 100, Rate)).Message);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            SoundFontSynth.Render(midi, SoundFontSynth.InstalledFonts[0], new SynthSettings(), 100, Rate, stopped.Token));
    }

    public void Dispose() => _folder.Dispose();

    // The first sample well above what rings on before it.
    private static double FirstSound(float[] sound, double near)
    {
        var start = (int)((near - 0.005) * Rate);
        var before = sound.AsSpan(start - 300, 300).ToArray().Max(x => Math.Abs(x));
        return (start + Array.FindIndex(sound[start..], x => Math.Abs(x) > Math.Max(1e-6f, 1.5f * before))) / (double)Rate;
    }

    private static double Strength(ReadOnlySpan<float> sound, double hz)
    {
        var (real, imaginary) = (0.0, 0.0);
        for (var i = 0; i < sound.Length; i += 8)
        {
            var (sine, cosine) = Math.SinCos(2 * Math.PI * hz * i / Rate);
            real += sound[i] * cosine;
            imaginary += sound[i] * sine;
        }

        return (real * real) + (imaginary * imaginary);
    }
}
