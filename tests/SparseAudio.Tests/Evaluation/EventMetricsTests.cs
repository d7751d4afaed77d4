using SparseAudio.Evaluation;
using Xunit;

namespace SparseAudio.Tests.Evaluation;

public sealed class EventMetricsTests
{
    [Fact]
    public void EventsThatAreTheWholeExplainIt()
    {
        var (low, high) = (Sine(440, 1), Sine(2000, 0.5f));

        var metrics = EventMetrics.Measure(Sum(low, high), [high, low]);

        Assert.Equal([1, 2], metrics.Explained.Select(point => point.Events));
        // The louder sine has 1 / (1 + 0.25) of the energy.
        Assert.Equal(0.8, metrics.Explained[0].Share, 2);
        Assert.Equal(1, metrics.Explained[1].Share, 6);
        Assert.InRange(metrics.Redundancy, 0, 0.01);
        Assert.Equal((0, 0), (metrics.Dead, metrics.Duplicates));
    }

    [Fact]
    public void AnEventTwiceIsADuplicateAndASilentOneIsDead()
    {
        var sine = Sine(440, 1);

        var metrics = EventMetrics.Measure(sine, [sine, Sine(440, 0.5f), Sine(3000, 1), Sine(5000, 1e-4f)]);

        Assert.Equal(0.25, metrics.Duplicates);
        Assert.Equal(0.25, metrics.Dead);
    }

    [Fact]
    public void SilenceExplainsNothing() =>
        Assert.Equal(0, EventMetrics.Measure(Sine(440, 1), [new float[8192]]).Explained[0].Share, 9);

    [Fact]
    public void AnotherLengthIsRefused() =>
        Assert.Contains("8192", Assert.Throws<ArgumentException>(() => EventMetrics.Measure(Sine(440, 1), [new float[10]])).Message);

    private static float[] Sine(double frequency, float level) =>
        [.. Enumerable.Range(0, 8192).Select(n => level * (float)Math.Sin(2 * Math.PI * frequency * n / 22050))];

    private static float[] Sum(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
