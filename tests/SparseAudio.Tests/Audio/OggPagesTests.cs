using SparseAudio.Audio;
using Xunit;

namespace SparseAudio.Tests.Audio;

public sealed class OggPagesTests : IDisposable
{
    private static readonly byte[] _good = File.ReadAllBytes(Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures", "short.ogg"));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_file_is_read_without_a_word()
    {
        using var recording = Recording.Open(_folder.Write("whole.ogg", _good));

        Assert.Empty(recording.Warnings);
    }

    [Fact]
    public void A_chain_is_refused_and_not_read_in_part()
    {
        var error = Assert.Throws<AudioFileException>(() => Recording.Open(_folder.Write("chain.ogg", [.. _good, .. _good])));

        Assert.Contains("a chain of several Ogg streams, of which only the first would be read; join them: ffmpeg", error.Message);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.6)]
    public void What_is_missing_at_the_end_is_told(double kept)
    {
        var whole = File.ReadAllBytes(Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures", "violin.ogg"));

        using var recording = Recording.Open(_folder.Write("cut.ogg", whole[..(int)(kept * whole.Length)]));

        Assert.Contains("truncated", recording.Warnings[0]);
    }

    [Fact]
    public void A_file_cut_between_two_pages_is_cut_off_too()
    {
        var lastPage = _good.AsSpan().LastIndexOf("OggS"u8);

        Assert.True(OggPages.Read(new MemoryStream(_good[..lastPage])).IsCutOff);
        Assert.Equal(default, OggPages.Read(new MemoryStream(_good)));
    }
}
