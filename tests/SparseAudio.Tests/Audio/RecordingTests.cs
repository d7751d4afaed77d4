using SparseAudio.Audio;
using Xunit;

namespace SparseAudio.Tests.Audio;

public sealed class RecordingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Parts_of_a_three_hour_recording_take_memory_for_the_part_only()
    {
        const int seconds = 3 * 3600;
        var path = _folder.Write("long.wav", new WavBytes { Rate = 44100, Channels = 2, ClaimedDataSize = seconds * 44100u * 4 }.Build());
        using (var file = File.OpenWrite(path))
        {
            // The file system stores no zeros: the 1.9 GB exist on paper.
            file.SetLength(file.Length + (seconds * 44100L * 4));
            file.Position = file.Length - 4;
            file.Write([0, 0x40, 0, 0x40]);
        }

        using var recording = Recording.Open(path);
        var part = new float[32768];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var random = new Random(1);
        for (var i = 0; i < 50; i++)
            recording.Read(random.NextInt64(recording.Length - part.Length), part);

        recording.Read(recording.Length - part.Length, part);

        Assert.Equal(seconds * 22050L, recording.Length);
        Assert.True(part[^1] > 0.1f && part[^1000] == 0, "the last sample is the one that was written");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }

    [Fact]
    public void Reading_in_blocks_and_at_once_give_the_same_samples()
    {
        var path = _folder.Write("tone.wav", new WavBytes { Rate = 48000, Data = WavBytes.Tone(16, 40000, rate: 48000) }.Build());
        using var recording = Recording.Open(path);
        var whole = AudioFile.Read(path).Samples;
        var blocks = new float[whole.Length];

        for (var start = 0; start < blocks.Length; start += 777)
            recording.Read(start, blocks.AsSpan(start, Math.Min(777, blocks.Length - start)));

        Assert.Equal(whole, blocks);
    }

    [Fact]
    public void Parts_beyond_the_recording_are_refused()
    {
        using var recording = Recording.Open(_folder.Write("tone.wav", new WavBytes { Data = WavBytes.Tone(16, 100) }.Build()));

        Assert.Throws<ArgumentOutOfRangeException>(() => recording.Read(-1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => recording.Read(100, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => recording.Read(long.MaxValue, new float[1]));
    }

    [Fact]
    public void A_flac_file_without_a_stored_length_is_counted()
    {
        var content = File.ReadAllBytes(Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures", "short.flac"));

        // The number of samples: the last 4 bits of byte 21 and the four bytes after it.
        content[21] &= 0xF0;
        content.AsSpan(22, 4).Clear();

        using var recording = Recording.Open(_folder.Write("live.flac", content), 44100);

        Assert.Equal(2048, recording.Length);
    }

    public void Dispose() => _folder.Dispose();
}
