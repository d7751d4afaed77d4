using SparseAudio.Audio;
using SparseAudio.Interactive.Training;
using Xunit;

namespace SparseAudio.Tests.Interactive;

public sealed class TrainingPanelTests
{
    [Fact]
    public void The_panel_is_redrawn_at_most_four_times_a_second_and_for_the_last_step()
    {
        var clock = new ManualClock();
        var panel = new TrainingPanel(100, clock);
        var drawn = new List<string>();
        panel.RedrawWith(shown => drawn.Add(shown.ToString()!));

        for (var step = 1; step <= 100; step++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            panel.Report(step, 1.0 / step);
        }

        Assert.Equal(4, drawn.Count);
        Assert.StartsWith("step 25 of 100", drawn[0]);
        Assert.StartsWith("step 100 of 100", drawn[^1]);
    }

    [Fact]
    public void The_time_left_is_that_of_the_remaining_steps_at_the_pace_so_far()
    {
        var clock = new ManualClock();
        var panel = new TrainingPanel(40, clock);
        for (var step = 1; step <= 10; step++)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            panel.Report(step, 0.5);
        }

        Assert.Contains("20 s, about 60 s left", panel.ToString());
    }

    [Fact]
    public void The_latest_sound_stays_until_there_is_a_newer_one()
    {
        var panel = new TrainingPanel(3, new ManualClock());
        panel.Hear(new AudioClip([0.5f], 22050, "after step 1"));
        panel.Report(1, 3);
        panel.Report(2, 2);
        Assert.Contains("after step 1", panel.ToHtml());

        panel.Hear(new AudioClip([0.5f], 22050, "after step 3"));
        panel.Report(3, 1);
        Assert.Contains("after step 3", panel.ToHtml());
        Assert.DoesNotContain("after step 1", panel.ToHtml());
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
