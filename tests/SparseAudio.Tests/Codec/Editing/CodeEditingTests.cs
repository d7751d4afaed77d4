using System.Collections.Immutable;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Editing;
using Xunit;

namespace SparseAudio.Tests.Codec.Editing;

public class CodeEditingTests
{
    private readonly SparseCode _code = SampleCodes.Uniform(1, segments: 2);

    private ImmutableArray<EventSound> Sounds =>
        [.. _code.Events.Select(
            (e, i) => new EventSound(e.Channel % 7 == 0 ? null : 100 + e.Channel, 0.9, 0.1 + i * 0.01, 500 + e.Channel, i, i / 8128.0))];

    [Fact]
    public void Solo_and_mute_part_the_events_in_two()
    {
        var selection = EventQuery.Time(0.5, 1.2) & !EventQuery.Channel(1000, 2000);

        var kept = _code.Solo(selection);
        var rest = _code.Mute(selection);

        Assert.All(kept.Events, e => Assert.True(_code.SecondsOf(e) is >= 0.5 and <= 1.2 && e.Channel is < 1000 or > 2000));
        Assert.Equal(128, kept.Events.Length + rest.Events.Length);
        Assert.NotEmpty(kept.Events);
        Assert.Equal(_code, kept.Merge(rest));
    }

    [Fact]
    public void Gain_changes_the_gain_of_the_selected_only_and_not_the_amplitude()
    {
        var louder = _code.Gain(EventQuery.Frame(0, 60), 6);

        Assert.Equal(_code.Events.Select(e => e.Amplitude), louder.Events.Select(e => e.Amplitude));
        Assert.All(louder.Events, e => Assert.Equal(e.Frame <= 60 ? 1.9953f : 1f, e.Gain, 1e-4f));
    }

    [Fact]
    public void Moving_there_and_back_changes_nothing()
    {
        var moved = _code.Move(EventQuery.All, 5 * 256 / 22050.0);

        Assert.Equal(_code.Events.Select(e => e.Frame + 5), moved.Events.Select(e => e.Frame));
        Assert.Equal(_code.Length + 5 * 256, moved.Length);
        Assert.Equal(_code.Events.ToArray(), moved.Move(EventQuery.All, -5 * 256 / 22050.0).Events);
    }

    [Fact]
    public void Moving_before_the_beginning_is_refused()
    {
        var exception = Assert.Throws<CodeEditException>(() => _code.Move(EventQuery.All, -1));

        Assert.Contains("before the recording begins", exception.Message);
    }

    [Fact]
    public void Stretching_scales_the_time_line()
    {
        var slow = _code.Stretch(2);

        Assert.Equal(_code.Length * 2, slow.Length);
        Assert.Equal(_code.Events.Select(e => e.Frame * 2), slow.Events.Select(e => e.Frame));
        Assert.Equal(_code.Events.ToArray(), slow.Stretch(0.5).Events);
    }

    [Fact]
    public void The_strongest_are_those_with_the_most_amplitude_or_energy()
    {
        var byAmplitude = _code.Strongest(10);
        var byEnergy = _code.Strongest(10, Sounds);

        Assert.Equal(10, byAmplitude.Events.Length);
        Assert.Equal(_code.Events.OrderByDescending(e => e.Amplitude).Take(10).Min(e => e.Amplitude), byAmplitude.Events.Min(e => e.Amplitude));
        Assert.Equal(_code.Events[^10..], byEnergy.Events.Select(e => e with { Context = 1 }));
    }

    [Fact]
    public void Merging_keeps_every_event_with_its_own_context()
    {
        var other = SampleCodes.Uniform(9);

        var both = _code.Merge(other, atSeconds: 2.0);

        var frames = (int)Math.Round(2.0 * 22050 / 256);
        Assert.Equal(192, both.Events.Length);
        Assert.Equal(Math.Max(_code.Length, other.Length + frames * 256), both.Length);
        Assert.All(other.Events, e => Assert.Contains(
            both.Events, m => m.Frame == e.Frame + frames && m.Channel == e.Channel && both.Contexts[m.Context].Equals(other.Contexts[0])));
    }

    [Fact]
    public void Merging_codes_of_different_models_is_refused()
    {
        var other = new SparseCode(SampleCodes.Layout, "another-model", 32768, [], []);

        Assert.Contains("another-model", Assert.Throws<CodeEditException>(() => _code.Merge(other)).Message);
    }

    [Fact]
    public void The_room_of_another_code_replaces_the_contexts()
    {
        var other = SampleCodes.Uniform(9);

        var swapped = _code.WithContextsOf(other);

        Assert.Equal(_code.Contexts.Select(c => (other.Contexts[0].Channels, c.Level)), swapped.Contexts.Select(c => (c.Channels, c.Level)));
        Assert.Equal(_code.Events.Select(e => (e.Frame, e.Channel, e.Amplitude)), swapped.Events.Select(e => (e.Frame, e.Channel, e.Amplitude)));
    }

    [Fact]
    public void Transposing_takes_the_nearest_channel_and_says_how_far_off_it_is()
    {
        // Channels a quarter tone apart from 55 Hz; every tenth has no pitch.
        var pitches = new ChannelPitches([.. Enumerable.Range(0, 4096).Select(i => i % 10 == 9 ? (double?)null : 55 * Math.Pow(2, i % 200 / 24.0))]);
        var code = SparseCode.FromEvents(SampleCodes.Layout, "m", 32768, [new(0, 24, 1), new(1, 19, 1), new(2, 26, 1)]);

        var result = code.Transpose(EventQuery.All, 12, pitches);
        var uneven = code.Transpose(EventQuery.Frame(0, 0), 1.1, pitches);

        Assert.Equal([110.0 * 2, 55 * Math.Pow(2, 2 / 24.0) * 4], result.Events.Select(e => e.GotHz), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([48, 19], result.Code.Events.Take(2).Select(e => e.Channel));
        Assert.Equal(1, result.WithoutPitch);
        Assert.Equal(0, result.WorstCents, 1e-6);
        Assert.Equal(-10, uneven.Events.Single().DeviationCents, 1e-6);
        Assert.Equal(26, uneven.Code.Events[0].Channel);
    }

    [Theory]
    [InlineData("time:0.5..1.2 and not channel:1000..2000")]
    [InlineData("time:0.5..1.2&!channel:1000..2000")]
    [InlineData("(TIME:0.5..1.2) & not (channel:1000..2000 | channel:1500)")]
    public void Text_and_code_select_the_same(string text)
    {
        var expected = _code.Solo(EventQuery.Time(0.5, 1.2) & !EventQuery.Channel(1000, 2000));

        Assert.Equal(expected, _code.Solo(EventQueryText.Parse(text)));
    }

    [Theory]
    [InlineData("pitch:C4..C5", 261.6, true)]
    [InlineData("pitch:..C4", 265, true)]
    [InlineData("pitch:..C4", 270, false)]
    [InlineData("pitch:440..", 439, false)]
    [InlineData("bright:1000..", 100, true)]
    [InlineData("energy:5..", 100, true)]
    [InlineData("decay:..0.2", 100, false)]
    public void Sounds_are_selected_by(string text, double hz, bool selected)
    {
        var view = new EventView(new SoundEvent(0, 0, 1), 0, new EventSound(hz, 1, 0.5, 2000, 1, 0.08));

        Assert.Equal(selected, EventQueryText.Parse(text).Includes(view));
    }

    [Theory]
    [InlineData("time:0.360", true)]
    [InlineData("time:0.361", false)]
    [InlineData("time:0.36..0.361", false)]
    [InlineData("amp:0.7142", true)]
    [InlineData("amp:0.7143", false)]
    [InlineData("energy:8.12", true)]
    [InlineData("energy:8.13", false)]
    [InlineData("decay:0.5", true)]
    [InlineData("pitch:440", true)]
    [InlineData("pitch:430", true)]
    [InlineData("pitch:460", false)]
    [InlineData("bright:2000", true)]
    [InlineData("frame:31", true)]
    [InlineData("frame:31.4", false)]
    public void One_number_finds_what_a_table_shows_as_it(string text, bool selected)
    {
        var view = new EventView(new SoundEvent(31, 0, 0.71424f), 31 * 256 / 22050.0, new EventSound(436, 1, 0.503, 1985, 1, 0.0812));

        Assert.Equal(selected, EventQueryText.Parse(text).Includes(view));
    }

    [Fact]
    public void Sounds_without_a_pitch_are_in_no_range_of_pitch()
    {
        var low = EventQueryText.Parse("pitch:..C4");

        var kept = _code.Solo(low, Sounds);
        var rest = _code.Solo(!low, Sounds);

        Assert.DoesNotContain(kept.Events, e => e.Channel % 7 == 0);
        Assert.Contains(rest.Events, e => e.Channel % 7 == 0);
    }

    [Fact]
    public void A_selection_by_sound_without_sounds_says_what_is_missing() =>
        Assert.Contains("describe them", Assert.Throws<CodeEditException>(() => _code.Solo(EventQueryText.Parse("pitch:..C4"))).Message);

    [Theory]
    [InlineData("")]
    [InlineData("time")]
    [InlineData("time:")]
    [InlineData("time:..")]
    [InlineData("time:a..b")]
    [InlineData("time:3..1")]
    [InlineData("loudness:3")]
    [InlineData("pitch:H4")]
    [InlineData("(time:1")]
    [InlineData("time:1 time:2")]
    [InlineData("and time:1")]
    public void A_selection_that_cannot_be_read_is_an_error(string text) => Assert.Throws<CodeEditException>(() => EventQueryText.Parse(text));
}
