using System.Formats.Tar;
using System.Text;
using SparseAudio.Data;
using Xunit;

namespace SparseAudio.Tests.Data;

/// <summary>Archives that try something, unpacked from where the download would have put them.</summary>
public sealed class ArchiveExtractionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly Dictionary<string, (Func<byte[]> Archive, string Reason)> _hostile = new()
    {
        ["parent"] = (() => TarBytes.Gzip(TarBytes.File("musicnet/../../evil", [1])), "leads outside"),
        ["inner parent"] = (() => TarBytes.Gzip(TarBytes.File("musicnet/a/../b", [1])), "leads outside"),
        ["absolute"] = (() => TarBytes.Gzip(TarBytes.File("/tmp/sparseaudio-evil", [1])), "leads outside"),
        ["backslash"] = (() => TarBytes.Gzip(TarBytes.File("musicnet\\..\\evil", [1])), "leads outside"),
        ["drive"] = (() => TarBytes.Gzip(TarBytes.File("C:evil", [1])), "leads outside"),
        ["the folder itself"] = (() => TarBytes.Gzip(TarBytes.File(".", [1])), "leads outside"),
        ["symbolic link"] = (() => TarBytes.Gzip(TarBytes.Link(TarEntryType.SymbolicLink, "musicnet/train_data", "/etc")), "SymbolicLink"),
        ["hard link"] = (() => TarBytes.Gzip(TarBytes.Link(TarEntryType.HardLink, "musicnet/x", "/etc/passwd")), "HardLink"),
        ["pipe"] = (() => TarBytes.Gzip(new PaxTarEntry(TarEntryType.Fifo, "musicnet/pipe")), "Fifo"),
        ["twice"] = (() => TarBytes.Gzip(TarBytes.File("musicnet/x", [1]), TarBytes.File("musicnet/x", [2])), "exists"),
        ["bomb"] = (() => TarBytes.Gzip(TarBytes.File("musicnet/x", new byte[80 << 20])), "far more than recordings"),
        ["many"] = (() => TarBytes.Gzip(Enumerable.Range(0, 4001).Select(i => TarBytes.Directory($"musicnet/{i}/"))), "more than 4000 entries"),
        ["endless name"] = (() => TarBytes.GzipRaw(WriteEndlessName), "header is longer"),
        ["cut"] = (() => TarBytes.MusicNet()[..200_000], "damaged"),
        ["no archive"] = (() => "not an archive"u8.ToArray(), "damaged"),
        ["nothing"] = (() => [], "damaged"),
        ["other content"] = (() => TarBytes.Gzip(TarBytes.File("readme.txt", [1])), "holds no musicnet/train_data"),
    };

    public static TheoryData<string> Names => [.. _hostile.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hostile_archive_is_refused_and_leaves_nothing(string name)
    {
        var (archive, reason) = _hostile[name];
        _folder.Write(name + "/musicnet.tar.gz", archive());

        var error = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.File(name), new MusicNetOptions { Md5 = null }));

        Assert.Contains(reason, error.Message);
        Assert.Equal([name], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        Assert.Equal(["musicnet.tar.gz"], Directory.GetFileSystemEntries(_folder.File(name)).Select(Path.GetFileName));
    }

    [Fact]
    public void What_an_interrupted_run_left_behind_is_cleared()
    {
        _folder.Write("musicnet.tar.gz", TarBytes.MusicNet());
        _folder.Write(".musicnet-unpacking/musicnet/train_data/half.wav", [1]);

        MusicNet.Fetch(_folder.Path, new MusicNetOptions { Md5 = null });

        Assert.Equal(["1727.wav"], Directory.GetFiles(_folder.File("musicnet/train_data")).Select(Path.GetFileName));
        Assert.False(Directory.Exists(_folder.File(".musicnet-unpacking")));
    }

    [Fact]
    public void A_folder_of_the_same_name_with_other_content_is_left_alone()
    {
        _folder.Write("musicnet/mine.txt", [1]);

        var error = Assert.Throws<MusicNetException>(() => MusicNet.Fetch(_folder.Path));

        Assert.Contains("without train_data", error.Message);
        Assert.True(File.Exists(_folder.File("musicnet/mine.txt")));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A GNU long-name entry of fifty million letters.</summary>
    private static void WriteEndlessName(Stream stream)
    {
        const int length = 50_000_000;
        var header = new byte[512];
        Encoding.ASCII.GetBytes("././@LongLink").CopyTo(header, 0);
        Encoding.ASCII.GetBytes("0000644\0" + "0000000\0" + "0000000\0").CopyTo(header, 100);
        Encoding.ASCII.GetBytes(Convert.ToString(length, 8).PadLeft(11, '0') + "\0" + "00000000000\0").CopyTo(header, 124);
        Encoding.ASCII.GetBytes("        L").CopyTo(header, 148);
        Encoding.ASCII.GetBytes("ustar  \0").CopyTo(header, 257);
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(x => x), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        stream.Write(header);
        var letters = Enumerable.Repeat((byte)'a', 1 << 20).ToArray();
        for (var written = 0; written < length; written += letters.Length)
            stream.Write(letters);
    }
}
