using System.Buffers.Binary;
using SparseAudio.Files;

namespace SparseAudio.Events;

/// <summary>
/// Code files (<c>.sparse</c>): 8 bytes of magic, a version byte, the length of the header (4 bytes, little endian), the header
/// as JSON, the length of the events (4 bytes), the events (<see cref="EventStream"/>), a CRC-32 of all before (4 bytes).
/// Reading believes nothing: every length is checked before memory is taken for it.
/// </summary>
public static class CodeFile
{
    /// <summary>The extension of code files, with its dot.</summary>
    public const string Extension = ".sparse";

    private const byte Version = 1;
    private const int LongestHeader = 1 << 16;
    private const int LongestPayload = 1 << 28;
    private const int ChunkBytes = 1 << 16;

    // The first byte is not ASCII and line ends of both kinds follow, so a transfer as text is noticed at once.
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'S', (byte)'P', (byte)'A', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>Writes <paramref name="code"/> to a file of its own, complete or not at all.</summary>
    /// <exception cref="IOException">The file exists and <paramref name="overwrite"/> is not set, or it cannot be written.</exception>
    public static void Write(string path, SparseCode code, CodePrecision? precision = null, bool overwrite = false)
    {
        using var output = new AtomicFile(path, overwrite);
        output.Stream.Write(ToBytes(code, precision));
        output.Commit();
    }

    /// <summary>The bytes of a code file.</summary>
    public static byte[] ToBytes(SparseCode code, CodePrecision? precision = null)
    {
        var header = CodeHeader.For(code, precision ?? new CodePrecision());
        using var memory = new MemoryStream();
        memory.Write(Magic);
        memory.WriteByte(Version);
        WriteBlock(memory, header.ToJson());
        WriteBlock(memory, EventStream.Write(code, header));
        Span<byte> checksum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32.Append(0, memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        memory.Write(checksum);
        return memory.ToArray();
    }

    /// <summary>Reads a code file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public static SparseCode Read(string path) => ReadWithInfo(path).Code;

    /// <summary>Reads a code from a stream to its end; <paramref name="name"/> is what errors call it.</summary>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public static SparseCode Read(Stream stream, string name) => ReadWithInfo(stream, name).Code;

    /// <summary>Reads a code file and how it is stored.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public static (SparseCode Code, CodeFileInfo Info) ReadWithInfo(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return ReadWithInfo(stream, path);
    }

    /// <summary>Reads a code from a stream to its end, and how it is stored.</summary>
    /// <exception cref="CodeFileException">It is not an intact code file.</exception>
    public static (SparseCode Code, CodeFileInfo Info) ReadWithInfo(Stream stream, string name)
    {
        try
        {
            return ReadParts(stream);
        }
        catch (EndOfStreamException exception)
        {
            throw new CodeFileException(name, "it ends too early; it may have been cut off", exception);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new CodeFileException(name, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static (SparseCode, CodeFileInfo) ReadParts(Stream stream)
    {
        var start = ReadBytes(stream, Magic.Length + 1);
        if (!start.AsSpan(0, Magic.Length).SequenceEqual(Magic)) throw new FormatException("it does not begin like one");
        if (start[^1] != Version) throw new FormatException($"it is of version {start[^1]}, this program reads version {Version}");
        var crc = Crc32.Append(0, start);
        var headerBytes = ReadBlock(stream, LongestHeader, "header", ref crc);
        var header = CodeHeader.Parse(headerBytes);
        var payload = ReadBlock(stream, LongestPayload, "events", ref crc);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(stream, 4));
        if (checksum != crc) throw new FormatException("its checksum is wrong; it was damaged on the way");
        if (stream.ReadByte() >= 0) throw new FormatException("bytes follow its end");
        return (EventStream.Read(header, payload), new CodeFileInfo(headerBytes.Length, payload.Length, header.Amplitudes, header.Contexts > 0, header.Details));
    }

    private static void WriteBlock(Stream stream, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        stream.Write(length);
        stream.Write(bytes);
    }

    private static byte[] ReadBlock(Stream stream, int longest, string name, ref uint crc)
    {
        var lengthBytes = ReadBytes(stream, 4);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > longest) throw new FormatException($"its {name} would be {length} bytes long");
        var bytes = ReadBytes(stream, (int)length);
        crc = Crc32.Append(Crc32.Append(crc, lengthBytes), bytes);
        return bytes;
    }

    // Memory grows with the bytes that really come, whatever length was announced.
    private static byte[] ReadBytes(Stream stream, int count)
    {
        var bytes = new byte[Math.Min(count, ChunkBytes)];
        for (var filled = 0; filled < count;)
        {
            if (filled == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            var read = stream.Read(bytes, filled, bytes.Length - filled);
            if (read == 0) throw new EndOfStreamException();
            filled += read;
        }

        return bytes;
    }
}
