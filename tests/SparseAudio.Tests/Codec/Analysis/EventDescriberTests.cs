using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Editing;
using Xunit;

namespace SparseAudio.Tests.Codec.Analysis;

[Collection("torch")]
public class EventDescriberTests
{
    private const int Rate = 22050;

    [Theory]
    [InlineData(55)]
    [InlineData(261.63)]
    [InlineData(1760)]
    [InlineData(3951)]
    public void The_fundamental_of_a_tone_with_overtones_is_found(double hz)
    {
        var tone = Sound(16384, n => Enumerable.Range(1, 4).Where(k => k * hz < Rate / 2).Sum(k => Math.Sin(2 * Math.PI * k * hz * n / Rate) / k));

        var (found, confidence) = SoundAnalysis.Fundamental(Autocorrelation(tone), Rate);

        Assert.InRange(Math.Abs(Pitch.Cents(found!.Value, hz)), 0, 10);
        Assert.InRange(confidence, 0.9, 1);
    }

    [Fact]
    public void Noise_has_no_sure_pitch()
    {
        var random = new Random(1);

        var (hz, confidence) = SoundAnalysis.Fundamental(Autocorrelation(Sound(16384, _ => random.NextDouble() - 0.5)), Rate);

        Assert.Null(hz);
        Assert.InRange(confidence, 0, 0.3);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(2.0)]
    public void Decay_is_the_time_to_60_decibels_below_even_beyond_the_end(double seconds)
    {
        var ringing = Sound(Rate, n => Math.Sin(2 * Math.PI * 440 * n / Rate) * Math.Pow(10, -3.0 * n / Rate / seconds));

        Assert.InRange(SoundAnalysis.Decay(ringing, Rate), 0.94 * seconds, 1.06 * seconds);
    }

    [Fact]
    public void Brightness_is_the_energy_weighted_mean_frequency()
    {
        var power = new float[1025];
        (power[100], power[300]) = (3, 1);

        Assert.Equal(150 * 22050 / 2048.0, SoundAnalysis.Centroid(power, Rate), 1e-6);
    }

    [Fact]
    public void Every_event_is_described_and_the_shares_sum_to_one()
    {
        using var model = SmallModels.Workbook();
        var code = new CodeEncoder(model).Encode(new AudioClip(SmallModels.Music(3 * 8192), Rate));
        var describer = new EventDescriber(model);

        var sounds = describer.Describe(code);

        Assert.Equal(code.Events.Length, sounds.Length);
        Assert.Equal(1, sounds.Sum(s => s.EnergyShare), 1e-6);
        var clip = describer.Render(code, 7);
        Assert.Equal(sounds[7].Energy, clip.Samples.Sum(x => (double)x * x), sounds[7].Energy * 1e-4);
    }

    [Fact]
    public void Gain_and_level_change_the_energy_and_nothing_else()
    {
        using var model = SmallModels.Workbook();
        var code = new CodeEncoder(model).Encode(new AudioClip(SmallModels.Music(8192), Rate));
        var describer = new EventDescriber(model);

        var before = describer.Describe(code);
        var after = describer.Describe(code.Gain(EventQuery.All, 20));

        Assert.All(before.Zip(after), pair => Assert.Equal(100 * pair.First.Energy, pair.Second.Energy, pair.Second.Energy * 1e-3));
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First.CentroidHz, pair.Second.CentroidHz, 0.5));
    }

    [Fact]
    public void Transposing_an_octave_doubles_the_fundamental_that_is_heard()
    {
        using var model = SmallModels.Workbook();
        var describer = new EventDescriber(model);
        var code = new CodeEncoder(model).Encode(new AudioClip(SmallModels.Music(8192), Rate)).WithoutDetails();
        var pitches = describer.PitchesOf(code);
        var low = code.Solo(EventQuery.Channel(0, code.Layout.Channels / 2)).Strongest(1);

        var transposition = low.Transpose(EventQuery.All, 12, pitches);

        var heard = describer.Describe(low)[0].FundamentalHz!.Value;
        var octave = describer.Describe(transposition.Code)[0].FundamentalHz!.Value;
        Assert.InRange(
            Pitch.Cents(octave, heard), 1200 + transposition.Events[0].DeviationCents - 20, 1200 + transposition.Events[0].DeviationCents + 20);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-1)]
    [InlineData(0.3)]
    public void Transposed_notes_are_as_far_away_as_was_asked_for(double semitones)
    {
        using var model = SmallModels.Workbook();
        var describer = new EventDescriber(model);
        var code = new CodeEncoder(model).Encode(new AudioClip(SmallModels.Music(8192), Rate)).Solo(EventQuery.Channel(100, 400));

        var transposition = code.Transpose(EventQuery.All, semitones, describer.PitchesOf(code));

        Assert.NotEmpty(transposition.Events);
        Assert.InRange(transposition.WorstCents, 0, 0.1);
        Assert.All(transposition.Events, item => Assert.Equal(100 * semitones, Cents(item), 0.2));

        double Cents(TransposedEvent item) => Pitch.Cents(item.GotHz, describer.PitchesOf(code).Of(item.Before)!.Value);
    }

    [Fact]
    public void Pitches_that_only_sounding_tells_are_measured_once()
    {
        using var model = SmallModels.Published();
        var describer = new EventDescriber(model);
        var code = new CodeEncoder(model).Encode(new AudioClip(SmallModels.Music(8192), Rate));
        var done = new List<double>();

        var pitches = describer.PitchesOf(code, new Steps(done));

        Assert.Equal(code.Layout.Channels, pitches.Count);
        Assert.Equal(1, done[^1]);
        Assert.Same(pitches, describer.PitchesOf(code));
        var found = Enumerable.Range(0, pitches.Count).Select(channel => pitches[channel]).OfType<double>().ToList();
        Assert.NotEmpty(found);
        Assert.All(found, hz => Assert.InRange(hz, 20, 4500));
    }

    private sealed class Steps(List<double> done) : IProgress<double>
    {
        public void Report(double value) => done.Add(value);
    }

    [Theory]
    [InlineData("A4", 440)]
    [InlineData("c#3", 138.591)]
    [InlineData("Eb5", 622.254)]
    [InlineData("27.5", 27.5)]
    [InlineData("440 Hz", 440)]
    public void Notes_and_frequencies_are_read(string text, double hz)
    {
        Assert.True(Pitch.TryParseHz(text, out var read));
        Assert.Equal(hz, read, 1e-3);
    }

    [Theory]
    [InlineData(440, "A4")]
    [InlineData(27.5, "A0")]
    [InlineData(261.6, "C4")]
    [InlineData(246.9, "B3")]
    [InlineData(8.18, "C-1")]
    public void Frequencies_are_named_after_the_nearest_note(double hz, string name) => Assert.Equal(name, Pitch.NameOf(hz));

    private static float[] Sound(int samples, Func<int, double> at) => [.. Enumerable.Range(0, samples).Select(n => (float)at(n))];

    private static float[] Autocorrelation(float[] sound) =>
        [.. Enumerable.Range(0, 1200).Select(lag => (float)Enumerable.Range(0, sound.Length - lag).Sum(n => (double)sound[n] * sound[n + lag]))];
}
