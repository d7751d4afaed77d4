using SparseAudio.Evaluation;
using Xunit;

namespace SparseAudio.Tests.Evaluation;

public sealed class BootstrapIntervalTests
{
    [Fact]
    public void CoversTheStandardErrorOfManyValues()
    {
        // 400 values of a uniform distribution: standard error sqrt(1/12/400) = 0.01443.
        var values = Enumerable.Range(0, 400).Select(i => (i + 0.5) / 400).ToArray();

        var interval = BootstrapInterval.Of(values);

        Assert.Equal(0.5, interval.Mean, 9);
        Assert.InRange(interval.Low, 0.5 - (1.2 * 1.96 * 0.01443), 0.5 - (0.8 * 1.96 * 0.01443));
        Assert.InRange(interval.High, 0.5 + (0.8 * 1.96 * 0.01443), 0.5 + (1.2 * 1.96 * 0.01443));
    }

    [Fact]
    public void IsAPointForEqualValuesAndTheSameForEqualSeeds()
    {
        Assert.Equal(new BootstrapInterval(2, 2, 2), BootstrapInterval.Of([2, 2, 2]));
        Assert.Equal(BootstrapInterval.Of([1, 2, 4], seed: 3), BootstrapInterval.Of([1, 2, 4], seed: 3));
    }

    [Fact]
    public void RefusesNoValues() => Assert.Throws<ArgumentException>(() => BootstrapInterval.Of([]));
}
