using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using Xunit;

namespace SparseAudio.Tests.Codec;

/// <summary>What an hour's events cost: they are all in memory while a code is read or written, so each must be small.</summary>
public class CodeMemoryTests
{
    private const int Details = 32;
    private const int NumbersThemselves = Details * sizeof(float);

    [Fact]
    public void Reading_and_writing_take_little_more_than_the_numbers_of_the_events()
    {
        // Given a code of many detailed events in contexts of numbers, as the workbook's model makes them
        var plain = SampleCodes.Uniform(1, segments: 40, eventsPerSegment: 640, details: Details);
        var contexts = plain.Contexts.Select(c => new SoundContext([.. new float[32]], c.Level));
        var code = new SparseCode(plain.Layout, plain.Model, plain.Length, plain.Events, [.. contexts]);
        var bytes = CodeFile.ToBytes(code);
        _ = CodeFile.Read(new MemoryStream(bytes), "warm-up");

        // When it is read and written once more
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = CodeFile.Read(new MemoryStream(bytes), "test");
        var between = GC.GetAllocatedBytesForCurrentThread();
        _ = CodeFile.ToBytes(read);
        var after = GC.GetAllocatedBytesForCurrentThread();

        // Then an event takes less than three times its numbers on the way in, and again on the way out
        Assert.InRange((between - before) / read.Events.Length, NumbersThemselves, 3 * NumbersThemselves);
        Assert.InRange((after - between) / read.Events.Length, 0, 3 * NumbersThemselves);
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
