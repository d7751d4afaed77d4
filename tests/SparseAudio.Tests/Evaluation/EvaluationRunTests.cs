using SparseAudio.Audio;
using SparseAudio.Evaluation;
using Xunit;

namespace SparseAudio.Tests.Evaluation;

public sealed class EvaluationRunTests
{
    private static readonly AudioClip _clip = new([.. Enumerable.Range(0, 10000).Select(n => 0.1f * (float)Math.Sin(n * 0.1))], 22050, "sine");

    [Fact]
    public void SegmentsFollowOneAnotherOrSpreadEvenly()
    {
        Assert.Equal([0, 4096], EvaluationRun.Starts(_clip, 4096, null));
        Assert.Equal([0, 2952, 5904], EvaluationRun.Starts(_clip, 4096, 3));
        Assert.Empty(EvaluationRun.Starts(_clip, 16384, null));
    }

    [Fact]
    public void EverySystemIsMeasuredOnEverySegment()
    {
        var records = EvaluationRun.Measure([_clip], [new Silence(), new Echo()], 4096);

        var summaries = EvaluationSummary.Of(records);
        var silence = summaries.Single(summary => summary is { System: "silence", Clip: "all" });
        var echo = summaries.Single(summary => summary is { System: "echo", Clip: "sine" });
        Assert.Equal(1, silence.Values["sc"].Mean, 9);
        Assert.Equal((2, 2), (silence.Segments, echo.Segments));
        Assert.Equal(0, echo.Values["mr"].Mean);
        Assert.Equal(1, echo.Explained[1], 9);
        Assert.Equal(3, echo.DistinctChannels);
        Assert.Null(silence.DistinctChannels);
        Assert.False(silence.Values.ContainsKey("redundancy"));
    }

    [Fact]
    public void SilentSegmentsAreLeftOut() =>
        Assert.Empty(EvaluationRun.Measure([new AudioClip(new float[8192], 22050, "nothing")], [new Silence()], 4096));

    // Gives back what it gets, as one event, and sees a peak of 1.
    private sealed class Echo : IReconstructor
    {
        public string Name => "echo";

        public double NumbersPer(int samples) => samples;

        public Reconstruction Rebuild(float[] samples, CancellationToken cancellation)
        {
            Assert.Equal(1, samples.Max(Math.Abs), 4);
            return new(samples) { Events = [samples], Channels = [1, 2, 3] };
        }
    }
}
