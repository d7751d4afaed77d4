using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace SparseAudio.Codec.Format;

/// <summary>
/// The parts of a code file: 8 bytes of magic, a version byte, the length of the header (4 bytes, little endian), the header as
/// JSON (<see cref="CodeHeader"/>) in Brotli, which version 1 had not, the length of the events (4 bytes), the events
/// (<see cref="EventStream"/>), and a CRC-32 of everything before it (4 bytes). Reading trusts nothing: every length is checked
/// before memory is taken for it.
/// </summary>
internal sealed record CodeContainer(CodeHeader Header, int HeaderBytes, CodePayload Payload)
{
    /// <summary>Bytes of a file beside the header and the events: magic, version, two lengths, checksum.</summary>
    public const int OverheadBytes = 9 + 3 * LengthBytes;

    private const byte Version = 2;
    private const byte PlainHeaderVersion = 1;
    private const int LengthBytes = 4;
    private const int LongestHeader = 1 << 16;
    private const int LongestPayload = 1 << 28;
    private const int ChunkBytes = 1 << 16;
    private const int BrotliQuality = 11;
    private const int BrotliWindow = 16;

    // The first byte is not ASCII and line ends of both kinds follow, so that a transfer as text is noticed at once.
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'S', (byte)'P', (byte)'A', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>Writes a code to an empty seekable stream, as the length and the checksum of the events are known last.</summary>
    /// <exception cref="ArgumentException">The header is one that <see cref="Read"/> would refuse.</exception>
    /// <exception cref="IOException">The events take more than a file can hold.</exception>
    public static void Write(Stream stream, CodeHeader header, IEnumerable<SoundContext> contexts, IEnumerable<EventInContext> events)
    {
        stream.Write(Magic);
        stream.WriteByte(Version);
        var packed = Packed(Readable(header.ToJson()));
        WriteNumber(stream, (uint)packed.Length);
        stream.Write(packed);
        var lengthAt = stream.Position;
        WriteNumber(stream, 0);
        var length = EventStream.Write(stream, header, contexts, events);
        if (length > LongestPayload)
            throw new IOException(
                $"The events take {length} bytes, more than the {LongestPayload} that one code file can hold; encode the recording in parts.");
        stream.Position = lengthAt;
        WriteNumber(stream, (uint)length);
        stream.Position = 0;
        var crc = new Crc32();
        crc.Append(stream);
        WriteNumber(stream, crc.GetCurrentHashAsUInt32());
    }

    // What is written is what can be read: the same code checks both.
    private static byte[] Readable(byte[] header)
    {
        try
        {
            if (header.Length > LongestHeader) throw new FormatException($"its header would be {header.Length} bytes long");
            CodeHeader.Parse(header);
            return header;
        }
        catch (FormatException problem)
        {
            throw new ArgumentException($"The code cannot be stored in a file: {problem.Message}.", problem);
        }
    }

    private static ReadOnlySpan<byte> Packed(byte[] header)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(header.Length)];
        return BrotliEncoder.TryCompress(header, packed, out var length, BrotliQuality, BrotliWindow)
            ? packed.AsSpan(0, length)
            : throw new InvalidOperationException("Brotli had no room for a header.");
    }

    private static ReadOnlySpan<byte> Unpacked(byte[] packed)
    {
        var header = new byte[LongestHeader];
        return BrotliDecoder.TryDecompress(packed, header, out var length)
            ? header.AsSpan(0, length)
            : throw new FormatException("its header cannot be unpacked");
    }

    /// <summary>Reads a stream to its end and checks all but the events themselves, which stay in the stream where it is seekable.</summary>
    /// <exception cref="FormatException">It is not an intact code file.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public static CodeContainer Read(Stream stream)
    {
        var crc = new Crc32();
        var start = ReadBytes(stream, Magic.Length + 1, crc);
        if (!start.AsSpan(0, Magic.Length).SequenceEqual(Magic)) throw new FormatException("it does not begin like one");
        if (start[^1] is not (Version or PlainHeaderVersion))
            throw new FormatException($"it is of version {start[^1]}, this program reads versions {PlainHeaderVersion} and {Version}");
        var headerBytes = ReadBytes(stream, ReadLength(stream, LongestHeader, "header", crc), crc);
        var header = CodeHeader.Parse(start[^1] == PlainHeaderVersion ? headerBytes : Unpacked(headerBytes));
        var payload = ReadPayload(stream, ReadLength(stream, LongestPayload, "events", crc), crc);
        var expected = crc.GetCurrentHashAsUInt32();
        if (ReadNumber(stream, crc) != expected) throw new FormatException("its checksum is wrong; it was damaged on the way");
        if (stream.ReadByte() >= 0) throw new FormatException("bytes follow its end");
        if (header.Events > header.MostEventsIn(payload.Length))
            throw new FormatException($"it announces {header.Events} events, more than its {payload.Length} bytes can hold");
        return new CodeContainer(header, headerBytes.Length, payload);
    }

    private static CodePayload ReadPayload(Stream stream, int length, Crc32 crc)
    {
        if (!stream.CanSeek) return new CodePayload(new MemoryStream(ReadBytes(stream, length, crc)), 0, length);
        var payload = new CodePayload(stream, stream.Position, length);
        var chunk = new byte[Math.Min(length, ChunkBytes)];
        for (int left = length, read; left > 0; left -= read)
        {
            read = stream.Read(chunk, 0, Math.Min(left, chunk.Length));
            if (read == 0) throw new EndOfStreamException();
            crc.Append(chunk.AsSpan(0, read));
        }

        return payload;
    }

    private static void WriteNumber(Stream stream, uint number)
    {
        Span<byte> bytes = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        stream.Write(bytes);
    }

    private static uint ReadNumber(Stream stream, Crc32 crc) => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(stream, LengthBytes, crc));

    private static int ReadLength(Stream stream, int longest, string name, Crc32 crc)
    {
        var length = ReadNumber(stream, crc);
        return length <= longest ? (int)length : throw new FormatException($"its {name} would be {length} bytes long");
    }

    // Memory grows with the bytes that really come, whatever length was announced.
    private static byte[] ReadBytes(Stream stream, int count, Crc32 crc)
    {
        var bytes = new byte[Math.Min(count, ChunkBytes)];
        for (var filled = 0; filled < count;)
        {
            if (filled == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            var read = stream.Read(bytes, filled, bytes.Length - filled);
            if (read == 0) throw new EndOfStreamException();
            filled += read;
        }

        crc.Append(bytes);
        return bytes;
    }
}

/// <summary>The part of a stream that holds the events of a code file.</summary>
internal sealed record CodePayload(Stream Stream, long Start, int Length)
{
    /// <summary>Reads from byte <paramref name="at"/> of it, as much as there is room for or follows; returns how much.</summary>
    /// <exception cref="EndOfStreamException">The stream has become shorter.</exception>
    public int Read(int at, Span<byte> part)
    {
        part = part[..Math.Min(part.Length, Length - at)];
        Stream.Position = Start + at;
        Stream.ReadExactly(part);
        return part.Length;
    }
}
