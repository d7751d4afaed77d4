using SparseAudio.Codec;
using SparseAudio.Codec.Editing;
using Xunit;

namespace SparseAudio.Tests.Codec;

public class SparseCodeTests
{
    [Fact]
    public void Events_are_kept_in_order_of_frame_and_channel_whatever_the_order_given()
    {
        var code = SampleCodes.Uniform(1, segments: 2);
        var shuffled = code.Events.ToArray();
        new Random(5).Shuffle(shuffled);

        Assert.Equal(code, code.With(shuffled));
        Assert.Equal(code.Events.OrderBy(e => e.Frame).ThenBy(e => e.Channel).ToArray(), code.Events);
    }

    [Fact]
    public void A_code_that_was_not_edited_has_the_contexts_of_its_own_events()
    {
        var code = SampleCodes.Uniform(2, segments: 3);

        Assert.True(code.HasInferableContexts);
        Assert.Equal(3, code.Contexts.Length);
        var first = code.Events.Where(e => e.Frame < 128).GroupBy(e => e.Channel).ToDictionary(g => g.Key, g => g.Sum(e => e.Amplitude));
        var context = code.Contexts[0];
        Assert.Equal(first.Keys.Order(), context.Channels);
        Assert.All(context.Channels.Zip(context.Amounts), pair => Assert.Equal(first[pair.First], pair.Second, 1e-6));
    }

    [Fact]
    public void An_edited_code_keeps_the_original_context()
    {
        var code = SampleCodes.Uniform(3);

        var edited = code.Solo(EventQuery.Time(0.2, 0.9));

        Assert.InRange(edited.Events.Length, 1, 63);
        Assert.Equal(code.Contexts.ToArray(), edited.Contexts);
        Assert.False(edited.HasInferableContexts);
    }

    [Fact]
    public void Contexts_that_nobody_uses_are_dropped()
    {
        var code = SampleCodes.Uniform(4, segments: 4);

        var edited = code.Solo(EventQuery.Time(1.6, 2.9));

        Assert.Equal([code.Contexts[1]], edited.Contexts.ToArray());
        Assert.All(edited.Events, e => Assert.Equal(0, e.Context));
    }

    [Theory]
    [InlineData(-1, 0, 1f, "frame -1")]
    [InlineData(128, 0, 1f, "frame 128")]
    [InlineData(0, 4096, 1f, "channel 4096")]
    [InlineData(0, 0, float.NaN, "not a finite number")]
    public void An_event_outside_the_grid_is_refused_by_name(int frame, int channel, float amplitude, string names)
    {
        var exception = Assert.ThrowsAny<ArgumentException>(() =>
            SparseCode.FromEvents(SampleCodes.Layout, "m", 32768, [new SoundEvent(frame, channel, amplitude)]));

        Assert.Contains(names, exception.Message);
    }
}
