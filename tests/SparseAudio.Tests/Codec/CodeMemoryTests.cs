using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using Xunit;

namespace SparseAudio.Tests.Codec;

/// <summary>What an hour's events cost: they are all in memory once a code is read as a whole, so each must be small.</summary>
[Collection("alone")]
public class CodeMemoryTests
{
    private const int Details = 32;
    private const int NumbersThemselves = Details * sizeof(float);

    [Fact]
    public void A_code_in_memory_takes_little_more_than_the_numbers_of_its_events()
    {
        // Given a file of many detailed events in contexts of numbers, as the workbook's model makes them
        var plain = SampleCodes.Uniform(1, segments: 40, eventsPerSegment: 640, details: Details);
        var contexts = plain.Contexts.Select(c => new SoundContext([.. new float[32]], c.Level));
        var bytes = CodeFile.ToBytes(new SparseCode(plain.Layout, plain.Model, plain.Length, plain.Events, [.. contexts]));
        _ = CodeFile.Read(new MemoryStream(bytes), "warm-up");

        // When it is read
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var read = CodeFile.Read(new MemoryStream(bytes), "test");
        var after = GC.GetTotalMemory(forceFullCollection: true);

        // Then an event takes less than three times its numbers
        Assert.InRange((after - before) / read.Events.Length, NumbersThemselves, 3 * NumbersThemselves);
        GC.KeepAlive(plain);
    }

    [Fact]
    public void Events_in_any_order_make_the_same_code_as_sorted_ones()
    {
        var code = SampleCodes.Edited(3);
        var shuffled = code.Events.ToArray();
        new Random(5).Shuffle(shuffled);

        var sorted = new SparseCode(code.Layout, code.Model, code.Length, shuffled, code.Contexts);

        Assert.Equal(code.Events.Select(e => (e.Frame, e.Channel)), sorted.Events.Select(e => (e.Frame, e.Channel)));
    }
}
