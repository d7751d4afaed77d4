using System.Formats.Tar;
using System.IO.Compression;

namespace SparseAudio.Tests.Data;

/// <summary>A .tar.gz made in memory.</summary>
internal static class TarBytes
{
    public const string Labels = "start_time,end_time,instrument,note,start_beat,end_beat,note_value\n44100,88200,41,60,0.0,1.0,Quarter\n";

    /// <summary>A tiny collection with MusicNet's layout; the recording is noise, so that the archive has some length.</summary>
    public static byte[] MusicNet(int recordingBytes = 300_000)
    {
        var recording = new byte[recordingBytes];
        new Random(1).NextBytes(recording);
        return Gzip(
            Directory("musicnet/"),
            File("musicnet/train_data/1727.wav", recording),
            File("musicnet/train_labels/1727.csv", System.Text.Encoding.ASCII.GetBytes(Labels)),
            File("musicnet/test_data/2191.wav", recording[..1000]));
    }

    public static TarEntry File(string name, byte[] content) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };

    public static TarEntry Directory(string name) => new PaxTarEntry(TarEntryType.Directory, name);

    public static TarEntry Link(TarEntryType type, string name, string target) => new PaxTarEntry(type, name) { LinkName = target };

    public static byte[] Gzip(params IEnumerable<TarEntry> entries)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(new GZipStream(bytes, CompressionLevel.Fastest)))
        {
            foreach (var entry in entries)
                tar.WriteEntry(entry);
        }

        return bytes.ToArray();
    }

    public static byte[] GzipRaw(Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
            write(zip);

        return bytes.ToArray();
    }
}
