using System.Collections.Immutable;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using Xunit;
using Xunit.Abstractions;

namespace SparseAudio.Tests.Codec;

/// <summary>
/// Two hours of detailed events, whose numbers alone are 38 MB, go through the writer and the reader: what is alive
/// meanwhile, measured after collecting garbage again and again, stays small.
/// </summary>
[Collection("alone")]
public sealed class LongCodeMemoryTests(ITestOutputHelper output) : IDisposable
{
    private const int Segments = 4700;
    private const int EventsPerSegment = 64;
    private const int Numbers = 32;

    // With what is made and forgotten between a collection and the count that follows it.
    private const long MostBytes = 14 << 20;
    private static readonly CodeLayout _layout = SampleCodes.Layout;
    private readonly TemporaryFolder _folder = new();
    private long _before;
    private long _most;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_alive_while_a_long_code_is_written_and_read_stays_small(bool contextsOfNumbers)
    {
        var path = _folder.File("long.sparse");
        _before = Live();

        using (var writer = new CodeWriter(path, _layout, "m"))
        {
            for (var segment = 0; segment < Segments; segment++)
            {
                var (context, events) = Segment(segment, contextsOfNumbers);
                writer.Add(context, events);
                if (segment % 500 == 499) Measure();
            }

            MeasureWhile(() => writer.Commit((long)Segments * _layout.SegmentSamples));
            Measure();
        }

        var read = 0;
        using (var reader = new CodeReader(path))
        {
            foreach (var item in reader.EventsInContext())
            {
                if (read++ % 30_000 == 29_999) Measure();
            }
        }

        output.WriteLine($"{read} events, at most {_most >> 10} kB alive, the file has {new FileInfo(path).Length >> 10} kB");
        Assert.Equal(Segments * EventsPerSegment, read);
        Assert.InRange(_most, 1, MostBytes);
    }

    private static (SoundContext Context, List<SoundEvent> Events) Segment(int number, bool contextOfNumbers)
    {
        var random = new Random(number);
        var events = Enumerable.Range(0, EventsPerSegment)
            .Select(i => new SoundEvent(number * _layout.SegmentFrames + 2 * i, random.Next(_layout.Channels),
                random.NextSingle())
            { Details = Floats(random) })
            .ToList();
        return (contextOfNumbers ? new SoundContext(Floats(random)) : SoundContext.Of(events), events);
    }

    private static ImmutableArray<float> Floats(Random random) =>
        [.. Enumerable.Range(0, Numbers).Select(_ => random.NextSingle())];

    // From another thread, as what works does not come back meanwhile.
    private void MeasureWhile(Action work)
    {
        var task = Task.Run(work);
        do Measure();
        while (!task.Wait(10));
    }

    private void Measure() => _most = Math.Max(_most, Live() - _before);

    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
