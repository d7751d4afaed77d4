using SparseAudio.Audio;
using Xunit;

namespace SparseAudio.Tests.Audio;

public class ResamplerTests
{
    [Theory]
    [InlineData(15000, 44100)]
    [InlineData(11100, 44100)]
    [InlineData(15000, 48000)]
    [InlineData(15000, 44101)]
    [InlineData(30000, 96000)]
    public void A_tone_above_the_new_band_does_not_fold_down(double frequency, int rate)
    {
        var output = Resampler.Resample(Tone(frequency, rate, rate), rate, 22050);

        Assert.InRange(output.Length, 22050, 22051);
        Assert.True(Inner(output).Max(Math.Abs) < 1e-4, $"{20 * Math.Log10(Inner(output).Max(Math.Abs)):F0} dB is left");
    }

    [Theory]
    [InlineData(44100, 22050)]
    [InlineData(48000, 22050)]
    [InlineData(44101, 22050)]
    [InlineData(8000, 22050)]
    [InlineData(22050, 44100)]
    [InlineData(192000, 22050)]
    public void A_tone_within_the_band_stays_what_and_where_it_was(int from, int to)
    {
        foreach (var frequency in new[] { 100.0, 1000, 0.44 * Math.Min(from, to) })
        {
            var output = Resampler.Resample(Tone(frequency, from, from), from, to);

            var expected = Tone(frequency, to, to);
            var error = Inner(output).Zip(Inner(expected), (x, y) => x - y).Max(Math.Abs);
            Assert.True(error < 2e-4, $"{frequency} Hz: {error}");
        }
    }

    [Fact]
    public void The_same_rate_changes_nothing() => Assert.Equal([1f, -2, 3], Resampler.Resample([1, -2, 3], 8000, 8000));

    [Fact]
    public void A_part_on_its_own_equals_the_part_of_the_whole()
    {
        var input = Tone(777, 48000, 20000);
        var whole = Resampler.Resample(input, 48000, 22050);
        var resampler = new Resampler(48000, 22050);
        var (first, end) = resampler.InputRange(4000, 500);
        var part = new float[500];

        resampler.Process(input.AsSpan((int)first, (int)(end - first)), first, 4000, part);

        Assert.Equal(whole.AsSpan(4000, 500).ToArray(), part);
    }

    private static float[] Tone(double frequency, int rate, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(2 * Math.PI * frequency * i / rate))];

    // Where a tone starts and stops there are other frequencies in it.
    private static float[] Inner(float[] samples) => samples[(samples.Length / 8)..(samples.Length * 7 / 8)];
}
