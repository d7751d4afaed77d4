using SparseAudio.Audio;
using SparseAudio.Data;
using SparseAudio.Tests.Audio;
using Xunit;

namespace SparseAudio.Tests.Data;

public sealed class PrefetcherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SegmentDataset _source;

    public PrefetcherTests()
    {
        _folder.Write("a.wav", new WavBytes { Data = WavBytes.Tone(16, 30000) }.Build());
        _source = SegmentDataset.Open(_folder.Path, 2000);
    }

    [Fact]
    public void Batches_come_in_order_and_are_the_segments_of_their_step()
    {
        using var ahead = new Prefetcher(_source, seed: 4, batchSize: 3, firstStep: 10);

        for (var step = 10; step < 30; step++)
        {
            var batch = ahead.Take();

            Assert.Equal(step, batch.Step);
            Assert.Equal(6000, batch.Samples().Length);
            for (var item = 0; item < 3; item++)
                Assert.Equal(_source.Next(4, step, item).Samples, batch.Segments[item].Samples);
        }

        Assert.InRange(ahead.WaitingShare, 0, 1);
    }

    [Fact]
    public void Reading_goes_on_while_nobody_takes_but_only_as_far_ahead_as_asked()
    {
        using var ahead = new Prefetcher(_source, seed: 0, batchSize: 1, ahead: 2);
        _ = ahead.Take();
        File.Delete(_folder.File("a.wav"));

        // What is open stays readable on Unix; nothing here depends on how far the reader is.
        Assert.Equal(1, ahead.Take().Step);
    }

    [Fact]
    public void An_error_of_the_reader_arrives_at_the_one_who_takes()
    {
        using var lost = SegmentDataset.Open(_folder.Path, 2000);
        File.Delete(_folder.File("a.wav"));
        using var ahead = new Prefetcher(lost, seed: 0, batchSize: 1);

        Assert.Throws<AudioFileException>(() => ahead.Take());
        Assert.Throws<AudioFileException>(() => ahead.Take());
    }

    [Fact]
    public void Disposing_stops_a_reader_that_waits()
    {
        var ahead = new Prefetcher(_source, seed: 0, batchSize: 1, ahead: 1);
        _ = ahead.Take();

        ahead.Dispose();

        Assert.Throws<ObjectDisposedException>(() => ahead.Take());
    }

    public void Dispose()
    {
        _source.Dispose();
        _folder.Dispose();
    }
}
