using System.Formats.Tar;
using System.IO.Compression;

namespace SparseAudio.Data;

/// <summary>
/// Unpacks a .tar.gz from a stranger: files and folders below the target only, no links or devices, and no more entries
/// and bytes than allowed.
/// </summary>
internal sealed class ArchiveExtraction(string archive, string target)
{
    private const int MaxEntries = 4000;
    private const long MaxHeaderBytes = 1 << 20;
    private const int BufferBytes = 1 << 18;

    // Recordings compress by about a half; a bomb by about a thousand.
    private const int MaxBytesPerPacked = 16;
    private const long AlwaysAllowed = 64 << 20;

    private long _left = AlwaysAllowed + (new FileInfo(archive).Length * MaxBytesPerPacked);

    /// <summary>Unpacks everything.</summary>
    /// <exception cref="MusicNetException">The archive is damaged or tries something.</exception>
    public void Run(Action<TransferProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            using var file = File.OpenRead(archive);
            using var unzipped = new BudgetStream(new GZipStream(file, CompressionMode.Decompress));
            using var tar = new TarReader(unzipped);
            var meter = new TransferMeter("unpacking", 0, file.Length, progress);
            var read = 0L;
            for (var entries = 0; Next(tar, unzipped) is { } entry; entries++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (entries == MaxEntries)
                    throw Refused(entry.Name, $"the archive has more than {MaxEntries} entries");

                Extract(entry, unzipped, cancellation);
                meter.Add(file.Position - read);
                read = file.Position;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException or ArgumentException
            or NotSupportedException or InvalidOperationException or OverflowException or OutOfMemoryException)
        {
            throw new MusicNetException(archive, $"the archive is damaged: {e.Message}", "delete it and download again", e);
        }
    }

    private static TarEntry? Next(TarReader tar, BudgetStream bytes)
    {
        bytes.Allow(MaxHeaderBytes);
        return tar.GetNextEntry();
    }

    private void Extract(TarEntry entry, BudgetStream bytes, CancellationToken cancellation)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.GlobalExtendedAttributes:
                break;
            case TarEntryType.Directory:
                Directory.CreateDirectory(Contained(entry.Name));
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                WriteFile(entry, bytes, cancellation);
                break;
            default:
                throw Refused(entry.Name, $"an entry of type {entry.EntryType}; only files and folders are unpacked");
        }
    }

    private void WriteFile(TarEntry entry, BudgetStream bytes, CancellationToken cancellation)
    {
        var path = Contained(entry.Name);
        _left -= entry.Length;
        if (_left < 0)
            throw Refused(entry.Name, "the archive unpacks to far more than recordings do");

        bytes.Allow(entry.Length + MaxHeaderBytes);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[BufferBytes];
        for (int got; entry.DataStream is { } data && (got = data.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            file.Write(buffer, 0, got);
        }

        if (file.Length != entry.Length)
            throw new InvalidDataException($"'{entry.Name}' ends after {file.Length} of {entry.Length} bytes");
    }

    /// <summary>The place of an entry, which must be below the target.</summary>
    private string Contained(string name)
    {
        var parts = name.TrimEnd('/').Split('/');
        var root = Path.GetFullPath(target);
        var full = Path.GetFullPath(Path.Combine(root, name));
        var odd = name.AsSpan().IndexOfAny('\\', ':') >= 0 || name.Any(char.IsControl) || parts.Any(part => part is ".." or "");
        return !odd && full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full.TrimEnd(Path.DirectorySeparatorChar)
            : throw Refused(name, "a name that leads outside of the folder");
    }

    private MusicNetException Refused(string name, string reason) =>
        new(archive, $"'{name}': {reason}; nothing was unpacked", "get the archive from a source you trust");

    /// <summary>Lets only so many bytes through: what an entry's header and data may have, whatever they claim.</summary>
    private sealed class BudgetStream(Stream inner) : Stream
    {
        private long _allowed;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Allow(long bytes) => _allowed = bytes;

        public override int Read(Span<byte> buffer)
        {
            if (_allowed == 0 && buffer.Length > 0)
                throw new InvalidDataException("an entry's header is longer than any file name needs");

            var got = inner.Read(buffer[..(int)Math.Min(buffer.Length, _allowed)]);
            _allowed -= got;
            return got;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();

            base.Dispose(disposing);
        }
    }
}
