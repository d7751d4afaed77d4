using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using Xunit;
using Xunit.Abstractions;

namespace SparseAudio.Tests.Codec.Format;

public class CodeFileTests(ITestOutputHelper output)
{
    private static SparseCode RoundTrip(SparseCode code, CodePrecision? precision = null) =>
        CodeFile.Read(new MemoryStream(CodeFile.ToBytes(code, precision)), "test");

    private static (SparseCode Code, CodeFileInfo Info) Stored(SparseCode code, CodePrecision? precision = null)
    {
        using var reader = new CodeReader(new MemoryStream(CodeFile.ToBytes(code, precision)), "test");
        return (reader.ToCode(), reader.Info);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 40)]
    public void Lossless_files_bring_back_the_same_code(int seed, int segments)
    {
        var code = SampleCodes.Uniform(seed, segments, details: 3);

        Assert.Equal(code, RoundTrip(code, CodePrecision.Lossless));
    }

    [Fact]
    public void Edited_codes_keep_gains_contexts_signs_and_doubled_cells()
    {
        var code = SampleCodes.Edited(1);

        Assert.Equal(code, RoundTrip(code, CodePrecision.Lossless));
    }

    [Fact]
    public void Contexts_that_the_encoder_gave_as_numbers_are_kept()
    {
        var code = SampleCodes.WithNumbers(1, segments: 3);

        Assert.Equal(code, RoundTrip(code, CodePrecision.Lossless));
        Assert.All(code.Contexts.Zip(RoundTrip(code).Contexts), pair =>
            Assert.All(pair.First.Numbers.Zip(pair.Second.Numbers), number => Assert.Equal(number.First, number.Second, 0.05f)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(12)]
    public void Quantised_amplitudes_stay_within_the_stated_error_and_cells_are_exact(int quality)
    {
        var code = SampleCodes.Edited(2);
        var (read, info) = Stored(code, new CodePrecision(quality));

        Assert.Equal(code.Events.Select(e => (e.Frame, e.Channel)), read.Events.Select(e => (e.Frame, e.Channel)));
        Assert.InRange(info.AmplitudeError, 1e-6, 0.42);
        Assert.All(code.Events.Zip(read.Events), pair =>
            Assert.True(Math.Abs(pair.Second.Amplitude - pair.First.Amplitude) <= Math.Abs(pair.First.Amplitude) * info.AmplitudeError * 1.0001 + 1e-9));
    }

    [Fact]
    public void Quantised_details_stay_within_half_a_step()
    {
        var code = SampleCodes.Uniform(3, details: 5);
        var (read, info) = Stored(code);

        for (var i = 0; i < 5; i++)
        {
            var halfStep = (float)info.DetailErrors[i];
            Assert.InRange(halfStep, 1e-6, 0.05);
            Assert.All(code.Events.Zip(read.Events), pair => Assert.Equal(pair.First.Details[i], pair.Second.Details[i], halfStep * 1.001f));
        }
    }

    [Fact]
    public void A_quantised_code_that_was_not_edited_still_derives_its_context()
    {
        var read = RoundTrip(SampleCodes.Uniform(4, segments: 2));

        Assert.True(read.HasInferableContexts);
        Assert.Equal(read, RoundTrip(read, CodePrecision.Lossless));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void Uniformly_random_cells_with_8_bit_amplitudes_take_less_than_1100_bits_a_second(int segments)
    {
        var code = SampleCodes.Uniform(5, segments);
        var (_, info) = Stored(code);

        output.WriteLine(
            $"{segments} segments: {info.BitsPerSecond(code.DurationSeconds):F0} bit/s, {info.EventBytes * 8.0 / code.Events.Length:F2} bits an "
                + $"event");
        Assert.InRange(info.BitsPerSecond(code.DurationSeconds), 800, 1100);
    }

    [Fact]
    public void Channels_that_come_again_cost_less()
    {
        var code = SampleCodes.Uniform(6, segments: 20);
        var few = SparseCode.FromEvents(code.Layout, code.Model, code.Length, code.Events.Select(e => e with { Channel = e.Channel % 30 * 100 }));

        Assert.True(CodeFile.ToBytes(few).Length < CodeFile.ToBytes(code).Length * 0.8);
    }

    [Fact]
    public void Silence_and_degenerate_codes_round_trip()
    {
        var silence = SparseCode.FromEvents(SampleCodes.Layout, "m", 100_000, []);
        var alike = SparseCode.FromEvents(SampleCodes.Layout, "m", 256 * 5000, Enumerable.Range(0, 5000).Select(i => new SoundEvent(i, 7, 0.5f)));
        var heap = SparseCode.FromEvents(SampleCodes.Layout, "m", 1, Enumerable.Repeat(new SoundEvent(0, 4095, 1), 3000));

        Assert.All(new[] { silence, alike, heap }, code => Assert.Equal(code, RoundTrip(code)));
    }

    [Fact]
    public void Codes_that_end_in_zeros_come_back()
    {
        var codes = Enumerable.Range(1, 40).Select(details =>
            SparseCode.FromEvents(SampleCodes.Layout, "m", 1000, [new SoundEvent(0, 1, 0.5f) { Details = [.. new float[details]] }]));

        Assert.All(codes, code => Assert.Equal(code, RoundTrip(code, CodePrecision.Lossless)));
    }

    [Fact]
    public void Short_codes_of_any_numbers_come_back()
    {
        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var events = Enumerable.Range(0, 3).Select(_ => new SoundEvent(random.Next(128), random.Next(512), random.NextSingle())
            {
                Details = [random.NextSingle(), -random.NextSingle()],
            });
            var code = SparseCode.FromEvents(new CodeLayout(Channels: 512), "m", 32768, events);

            Assert.Equal(code.Events.Select(e => (e.Frame, e.Channel)), RoundTrip(code).Events.Select(e => (e.Frame, e.Channel)));
        }
    }

    [Theory]
    [InlineData(300, 5, 8)]
    [InlineData(10, 600, 8)]
    [InlineData(10, 5, 10_000)]
    public void What_could_not_be_read_again_is_not_written(int nameLength, int details, int numbers)
    {
        var layout = new CodeLayout(22050, 4096, 256, 128);
        SoundEvent[] events = [new(3, 7, 1) { Details = [.. Enumerable.Repeat(0.5f, details)] }];
        SparseCode Code() => new(layout, new string('m', nameLength), 32768, events, [new SoundContext([.. Enumerable.Repeat(0.5f, numbers)])]);

        Assert.Matches("cannot be stored|are possible", Assert.Throws<ArgumentException>(() => CodeFile.ToBytes(Code())).Message);
    }

    [Fact]
    public void So_many_events_in_one_segment_that_they_can_only_be_a_trap_are_refused()
    {
        var events = Enumerable.Range(0, CodeRules.MostEventsInSegment + 1).Select(i => new SoundEvent(i % 128, i % 4096, 1));

        var error = Assert.Throws<ArgumentException>(() => SparseCode.FromEvents(new CodeLayout(), "m", 65536, events));

        Assert.Contains("More than 16,384 events lie in the segment", error.Message);
    }

    [Fact]
    public void Files_are_not_overwritten_unless_allowed_and_leave_no_parts_behind()
    {
        var folder = Directory.CreateTempSubdirectory("codes-");
        var path = Path.Combine(folder.FullName, "a.sparse");
        CodeFile.Write(path, SampleCodes.Uniform(1));
        var before = File.ReadAllBytes(path);

        Assert.Contains("exists", Assert.Throws<IOException>(() => CodeFile.Write(path, SampleCodes.Uniform(2))).Message);
        Assert.Equal(before, File.ReadAllBytes(path));
        CodeFile.Write(path, SampleCodes.Uniform(2), overwrite: true);
        Assert.NotEqual(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
        folder.Delete(recursive: true);
    }
}
