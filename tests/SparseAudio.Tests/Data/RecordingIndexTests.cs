using System.Security.Cryptography;
using System.Text.Json;
using SparseAudio.Data;
using SparseAudio.Tests.Audio;
using Xunit;

namespace SparseAudio.Tests.Data;

public sealed class RecordingIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RecordingIndexTests()
    {
        _folder.Write("a.wav", Wav(3000));
        _folder.Write("sub/b.wav", new WavBytes { Rate = 44100, Channels = 2, Data = WavBytes.Tone(16, 12000) }.Build());
    }

    private string IndexPath => _folder.File(".sparseaudio/index.json");

    [Fact]
    public void The_index_holds_path_length_rate_checksum_and_time()
    {
        Open().Dispose();

        using var index = JsonDocument.Parse(File.ReadAllBytes(IndexPath));
        var entry = index.RootElement.GetProperty("Files")[1];
        Assert.Equal("sub/b.wav", entry.GetProperty("Path").GetString());
        Assert.Equal(3000, entry.GetProperty("Samples").GetInt64());
        Assert.Equal(44100, entry.GetProperty("SourceRate").GetInt32());
        Assert.Equal(2, entry.GetProperty("Channels").GetInt32());
        var file = File.ReadAllBytes(_folder.File("sub/b.wav"));
        Assert.Equal(file.Length, entry.GetProperty("Bytes").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), entry.GetProperty("Sha256").GetString());
        Assert.Equal(File.GetLastWriteTimeUtc(_folder.File("sub/b.wav")), entry.GetProperty("Modified").GetDateTime());
    }

    [Fact]
    public void The_second_opening_reads_no_recording_again()
    {
        Open().Dispose();
        var written = File.GetLastWriteTimeUtc(IndexPath);

        // Same size and time but other content: only reading it would tell.
        var time = File.GetLastWriteTimeUtc(_folder.File("a.wav"));
        File.WriteAllBytes(_folder.File("a.wav"), new byte[File.ReadAllBytes(_folder.File("a.wav")).Length]);
        File.SetLastWriteTimeUtc(_folder.File("a.wav"), time);

        using var source = Open();

        Assert.Equal(2, source.Files.Count);
        Assert.Equal(written, File.GetLastWriteTimeUtc(IndexPath));
    }

    [Fact]
    public void New_changed_and_removed_files_are_noticed()
    {
        Open().Dispose();
        _folder.Write("a.wav", Wav(5000));
        _folder.Write("c.wav", Wav(4000));
        File.Delete(_folder.File("sub/b.wav"));

        using var source = Open();

        Assert.Equal([("a.wav", 5000L), ("c.wav", 4000L)], source.Files.Select(file => (file.Path, file.Samples)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"Version\":99,\"SampleRate\":22050,\"Files\":[]}")]
    [InlineData("{\"Version\":1,\"SampleRate\":22050,\"Files\":[null,{\"Path\":null},{\"Path\":\"a.wav\",\"Samples\":99999999999}]}")]
    public void A_damaged_index_is_made_again(string content)
    {
        Open().Dispose();
        var good = File.ReadAllText(IndexPath);
        File.WriteAllText(IndexPath, content);

        Open().Dispose();

        Assert.Equal(good, File.ReadAllText(IndexPath));
    }

    [Fact]
    public void Mp3_and_ogg_get_a_decoded_copy_that_is_made_again_when_it_is_lost()
    {
        var fixture = Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures", "violin.mp3");
        File.Copy(fixture, _folder.File("violin.mp3"));
        Open().Dispose();
        var copy = Assert.Single(Directory.GetFiles(_folder.File(".sparseaudio"), "*.wav"));
        File.Delete(copy);

        using var source = Open();

        Assert.Equal(3, source.Files.Count);
        Assert.Equal([copy], Directory.GetFiles(_folder.File(".sparseaudio"), "*.wav"));
    }

    [Fact]
    public void A_folder_can_be_opened_by_many_at_once()
    {
        Parallel.For(0, 20, _ =>
        {
            using var source = Open();
            Assert.Equal(2, source.Files.Count);
        });

        Assert.Equal(["index.json"], Directory.GetFiles(_folder.File(".sparseaudio")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_cancelled_opening_stops()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(
            () => SegmentDataset.Open(_folder.Path, 2000, new SegmentOptions { Cancellation = cancelled.Token }));
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Wav(int samples) => new WavBytes { Data = WavBytes.Tone(16, samples) }.Build();

    private SegmentDataset Open() => SegmentDataset.Open(_folder.Path, 2000);
}
