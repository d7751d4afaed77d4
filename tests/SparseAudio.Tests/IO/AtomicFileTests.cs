using SparseAudio.IO;
using Xunit;

namespace SparseAudio.Tests.IO;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_is_not_committed_never_appears()
    {
        using (var file = new AtomicFile(_folder.File("a.wav"))) file.Stream.Write(new byte[1000]);

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void The_old_file_stays_until_the_new_one_is_complete()
    {
        var path = _folder.Write("a.wav", [1]);
        using (var file = new AtomicFile(path, overwrite: true))
        {
            file.Stream.Write([2, 3]);
            file.Stream.Flush();

            Assert.Equal([1], File.ReadAllBytes(path));
            file.Commit();
        }

        Assert.Equal([2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_file_that_exists_is_refused_unless_it_may_be_overwritten()
    {
        var path = _folder.Write("a.wav", [1]);

        Assert.Contains("exists already", Assert.Throws<IOException>(() => new AtomicFile(path)).Message);
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void What_a_killed_program_left_is_removed_and_nothing_else()
    {
        var kept = _folder.Write("a.wav.part", [1]);
        _folder.Write(".a.wav.12.0123.part", [1]);

        AtomicFile.RemoveLeftovers(_folder.Path);

        Assert.Equal([kept], Directory.GetFiles(_folder.Path));
    }
}
