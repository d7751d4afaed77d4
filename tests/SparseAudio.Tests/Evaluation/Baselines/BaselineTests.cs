using SparseAudio.Audio;
using SparseAudio.Evaluation;
using SparseAudio.Evaluation.Baselines;
using Xunit;

namespace SparseAudio.Tests.Evaluation.Baselines;

public sealed class BaselineTests
{
    [Fact]
    public void EveryBaselineHasANameOfItsOwn()
    {
        var systems = Baseline.Names.Select(name => Baseline.Create(name)).ToArray();

        Assert.Equal(systems.Length, systems.Select(system => system.Name).Distinct().Count());
        Assert.Contains("gabor+noise", Assert.Throws<ArgumentException>(() => Baseline.Create("fourier")).Message);
    }

    [Fact]
    public void EventsOfAPursuitAddUpToItsSound()
    {
        var samples = Segment(2048);

        var rebuilt = Baseline.Create("damped", withEvents: true).Rebuild(samples, default);

        Assert.Equal(64, rebuilt.Events!.Count);
        for (var i = 0; i < samples.Length; i += 7) Assert.Equal(rebuilt.Events.Sum(e => e[i]), rebuilt.Sound[i], 1e-4);
        Assert.Null(Baseline.Create("damped").Rebuild(new float[2048], default).Events);
    }

    [Fact]
    public void SilenceAndNoiseMarkTheFloor()
    {
        var samples = Segment(16384);

        Assert.Equal(1, Metrics(samples, Baseline.Create("silence")).SpectralConvergence, 9);
        var noise = Metrics(samples, Baseline.Create("noise"));
        Assert.InRange(noise.SpectralConvergence, 0.6, 1.1);
        Assert.InRange(noise.LogMel, 0.5, 1.5);
    }

    [Theory]
    [InlineData("gabor")]
    [InlineData("damped")]
    public void OnARecordingAtomsBeatNoiseAndANoiseFloorMendsWhatTheyLeaveOut(string name)
    {
        var samples = Segment(4096);
        var family = name == "gabor" ? AtomFamily.Gabor : AtomFamily.DampedSinusoid;

        var plain = Metrics(samples, new PursuitReconstructor(name, family, atoms: 12));
        var floored = Metrics(samples, new PursuitReconstructor(name, family, atoms: 12) { NoiseGain = PursuitReconstructor.UsualNoiseGain });

        Assert.InRange(plain.SpectralConvergence, 0, 0.4);
        Assert.True(plain.SiSdr > 8, $"{plain.SiSdr} dB");
        Assert.True(floored.LogMel < 0.9 * plain.LogMel, $"{floored.LogMel} after {plain.LogMel}");
        Assert.True(floored.MultiResolution < plain.MultiResolution);
    }

    private static AudioMetrics Metrics(float[] samples, IReconstructor system) =>
        AudioMetrics.Compare(samples, system.Rebuild(samples, default).Sound);

    private static float[] Segment(int length)
    {
        var clip = AudioFile.Read(Repository.Path("data", "test", "tarrega-lagrima-guitar-duo-rendered.flac")).Slice(220500, length);
        var peak = clip.Samples.Max(Math.Abs);
        return Array.ConvertAll(clip.Samples, x => x / peak);
    }
}
