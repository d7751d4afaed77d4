using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using Xunit;

namespace SparseAudio.Tests.Codec.Format;

public class CodeJsonTests
{
    [Fact]
    public void Json_brings_back_the_same_code()
    {
        var plain = SampleCodes.Uniform(1, segments: 2, details: 2);
        var edited = SampleCodes.Edited(2);

        Assert.Equal(plain, CodeJson.Read(CodeJson.Write(plain), "test"));
        Assert.Equal(SampleCodes.WithNumbers(3, 2), CodeJson.Read(CodeJson.Write(SampleCodes.WithNumbers(3, 2)), "test"));
        Assert.Equal(edited, CodeJson.Read(CodeJson.Write(edited), "test"));
        Assert.DoesNotContain("contexts", CodeJson.Write(SparseCode.FromEvents(plain.Layout, plain.Model, plain.Length, plain.Events)));
    }

    [Fact]
    public void An_event_can_be_given_by_its_time_alone()
    {
        var json = Minimal("""{ "time": 0.5, "channel": 7, "amplitude": 1 }""");

        Assert.Equal(new SoundEvent(43, 7, 1), CodeJson.Read(json, "test").Events.Single());
    }

    [Theory]
    [InlineData("""{ "time": 0.5, "frame": 12, "channel": 7, "amplitude": 1 }""", "leave one of them out")]
    [InlineData("""{ "channel": 7, "amplitude": 1 }""", "neither a frame nor a time")]
    [InlineData("""{ "frame": 0, "amplitude": 1 }""", "channel -1")]
    [InlineData("""{ "frame": 0, "channel": 7, "amplitude": 3.4e38 }""", "frame 0, channel 7, has an amplitude or gain that is not a finite number of at most")]
    [InlineData("""{ "frame": 0, "channel": 7, "amplitude": 1, "gain": -2e9 }""", "not a finite number of at most 1,000,000")]
    [InlineData("""{ "frame": 0, "channel": 7, "amplitude": 1, "colour": 3 }""", "line 2, events[0].colour: The JSON property 'colour' is not known here.")]
    [InlineData("""{ "frame": "early", "channel": 7, "amplitude": 1 }""", "line 2, events[0].frame: the value does not fit.")]
    [InlineData("""{ "frame": 0, "channel": 7, "amplitude": """, "")]
    [InlineData("null", "")]
    public void Mistakes_are_named(string item, string names)
    {
        var exception = Assert.Throws<CodeFileException>(() => CodeJson.Read(Minimal(item), "mine.json"));

        Assert.StartsWith("mine.json: ", exception.Message);
        Assert.Contains(names, exception.Message);
        Assert.DoesNotContain("System.", exception.Message);
    }

    private static string Minimal(string item) => $$"""
        { "format": "sparseaudio-events", "version": 1, "model": "m", "length": 32768,
          "layout": { "sampleRate": 22050, "channels": 4096, "hop": 256, "segmentFrames": 128 }, "events": [ {{item}} ] }
        """;
}
