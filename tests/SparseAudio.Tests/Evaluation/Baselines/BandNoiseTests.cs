using SparseAudio.Evaluation.Baselines;
using Xunit;

namespace SparseAudio.Tests.Evaluation.Baselines;

public sealed class BandNoiseTests
{
    private const int Rate = 22050;

    [Fact]
    public void FollowsTheLoudnessOfTheSound()
    {
        var sound = Noise(32768, n => n < 16384 ? 0.5 : 0.05);

        var noise = BandNoise.Like(sound, Rate, seed: 7);

        Assert.InRange(Rms(noise[..15000]) / Rms(sound[..15000]), 0.9, 1.1);
        Assert.InRange(Rms(noise[18000..]) / Rms(sound[18000..]), 0.9, 1.1);
    }

    [Fact]
    public void StaysInTheBandOfATone()
    {
        var tone = Enumerable.Range(0, 32768).Select(n => (float)Math.Sin(2 * Math.PI * 3000 * n / Rate)).ToArray();

        var noise = BandNoise.Like(tone, Rate);

        // The band around 3000 Hz is about 600 Hz wide: what a first difference and a running mean keep tells low from high.
        Assert.True(Rms(RunningMean(noise, 37)) < 0.1 * Rms(noise), "little below 600 Hz");
        Assert.InRange(Rms(noise) / Rms(tone), 0.9, 1.1);
        Assert.True(Rms(RunningMean(noise, 2)) > 0.8 * Rms(noise), "little near half the sample rate");
    }

    [Fact]
    public void GainScalesAndTheSeedDecides()
    {
        var sound = Noise(5000, _ => 1);

        var full = BandNoise.Like(sound, Rate);
        var quarter = BandNoise.Like(sound, Rate, gain: 0.25);

        Assert.Equal(full, BandNoise.Like(sound, Rate));
        Assert.NotEqual(full, BandNoise.Like(sound, Rate, seed: 1));
        for (var i = 0; i < full.Length; i++) Assert.Equal(0.25 * full[i], quarter[i], 1e-6);
    }

    [Fact]
    public void SilenceStaysSilentAndShortSoundsKeepTheirLength()
    {
        Assert.All(BandNoise.Like(new float[3000], Rate), x => Assert.Equal(0, x));
        Assert.Equal(5, BandNoise.Like([1, 0, 0, 0, 0], Rate).Length);
    }

    [Fact]
    public void CountsItsNumbers() => Assert.Equal(16 * 65, BandNoise.Numbers(32768));

    private static double Rms(IReadOnlyCollection<float> x) => Math.Sqrt(x.Sum(v => (double)v * v) / x.Count);

    private static float[] RunningMean(float[] x, int length) =>
        [.. Enumerable.Range(0, x.Length - length).Select(i => x.AsSpan(i, length).ToArray().Average())];

    private static float[] Noise(int samples, Func<int, double> level)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, samples).Select(n => (float)(level(n) * Math.Sqrt(12) * (random.NextDouble() - 0.5)))];
    }
}
