using SparseAudio.Evaluation;
using Xunit;

namespace SparseAudio.Tests.Evaluation;

public sealed class AudioMetricsTests
{
    private const int Rate = 22050;

    [Fact]
    public void AgreesWithValuesComputedBySciPy()
    {
        var metrics = AudioMetrics.Compare(Original(), Rebuilt());

        Assert.Equal(0.64253273, metrics.SpectralConvergence, 5);
        Assert.Equal(0.28084988, metrics.LogMagnitude, 4);
        Assert.Equal(0.50266953, metrics.LogMel, 4);
        Assert.Equal(-41.77209997, metrics.SiSdr, 4);
        Assert.Equal(0.97134746, metrics.Chroma, 5);
        Assert.Equal(metrics.SpectralConvergence + metrics.LogMagnitude, metrics.MultiResolution, 12);
    }

    [Fact]
    public void ASoundIsAtNoDistanceFromItself()
    {
        var metrics = AudioMetrics.Compare(Original(), Original());

        Assert.Equal(0, metrics.MultiResolution);
        Assert.Equal(0, metrics.LogMel);
        Assert.Equal(AudioMetrics.SiSdrLimit, metrics.SiSdr);
        Assert.Equal(1, metrics.Chroma, 12);
    }

    [Fact]
    public void SilenceMissesTheWholeSpectrum()
    {
        var metrics = AudioMetrics.Compare(Original(), new float[8192]);

        Assert.Equal(1, metrics.SpectralConvergence, 12);
        Assert.Equal(-AudioMetrics.SiSdrLimit, metrics.SiSdr);
        Assert.Equal(0, metrics.Chroma);
    }

    [Fact]
    public void HalfTheLevelIsHalfTheConvergenceAndTheSamePitch()
    {
        var metrics = AudioMetrics.Compare(Original(), Original().Select(s => s / 2).ToArray());

        Assert.Equal(0.5, metrics.SpectralConvergence, 6);
        Assert.InRange(metrics.LogMagnitude, 0.1, Math.Log(2) + 1e-9);
        Assert.Equal(AudioMetrics.SiSdrLimit, metrics.SiSdr);
        Assert.Equal(1, metrics.Chroma, 9);
    }

    [Fact]
    public void TheLevelOfTheRecordingDoesNotMatter()
    {
        var quiet = AudioMetrics.Compare(Original().Select(s => s / 64).ToArray(), Rebuilt().Select(s => s / 64).ToArray());
        var loud = AudioMetrics.Compare(Original(), Rebuilt());

        Assert.Equal(loud.MultiResolution, quiet.MultiResolution, 5);
        Assert.Equal(loud.LogMel, quiet.LogMel, 5);
    }

    [Fact]
    public void AnOctaveKeepsThePitchClassAndATritoneDoesNot()
    {
        Assert.True(AudioMetrics.Compare(Sine(440), Sine(880)).Chroma > 0.99);
        Assert.True(AudioMetrics.Compare(Sine(440), Sine(622.25)).Chroma < 0.05);
    }

    [Fact]
    public void UnequalLengthsAreRefusedByName()
    {
        var error = Assert.Throws<ArgumentException>(() => AudioMetrics.Compare(new float[4096], new float[4095]));

        Assert.Contains("4096", error.Message);
        Assert.Contains("4095", error.Message);
    }

    private static float[] Sine(double frequency) =>
        [.. Enumerable.Range(0, 8192).Select(n => (float)Math.Sin(2 * Math.PI * frequency * n / Rate))];

    private static float[] Original() =>
        [.. Enumerable.Range(0, 8192).Select(n => (float)(
            (0.6 * Math.Sin(2 * Math.PI * 440 * n / Rate)) + (0.3 * Math.Sin(2 * Math.PI * 1234.5 * n / Rate) * Math.Exp(-n / 3000.0))))];

    private static float[] Rebuilt() =>
        [.. Enumerable.Range(0, 8192).Select(
            n => (float)((0.5 * Math.Sin(2 * Math.PI * 452 * n / Rate)) + (0.2 * Math.Sin((2 * Math.PI * 2500 * n / Rate) + (n * n * 1e-6)))))];
}
