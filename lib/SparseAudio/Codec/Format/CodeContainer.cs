using System.Buffers.Binary;

namespace SparseAudio.Codec.Format;

/// <summary>
/// How a code file is put together: 8 bytes of magic, a version byte, the length of the header (4 bytes, little endian), the
/// header as JSON, the length of the events (4 bytes), the events (<see cref="EventStream"/>), a CRC-32 of all before (4 bytes).
/// Reading believes nothing: every length is checked before memory is taken for it.
/// </summary>
internal sealed record CodeContainer(CodeHeader Header, int HeaderBytes, CodePayload Payload)
{
    private const byte Version = 1;
    private const int LengthBytes = 4;
    private const int LongestHeader = 1 << 16;
    private const int LongestPayload = 1 << 28;
    private const int ChunkBytes = 1 << 16;

    // The first byte is not ASCII and line ends of both kinds follow, so a transfer as text is noticed at once.
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'S', (byte)'P', (byte)'A', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>Writes a code to an empty stream that can go back, as the length and the checksum of the events are known last.</summary>
    /// <exception cref="IOException">The events take more than a file can hold.</exception>
    public static void Write(Stream stream, CodeHeader header, IEnumerable<SoundContext> contexts, IEnumerable<HeardEvent> events)
    {
        stream.Write(Magic);
        stream.WriteByte(Version);
        var json = header.ToJson();
        WriteNumber(stream, (uint)json.Length);
        stream.Write(json);
        var lengthAt = stream.Position;
        WriteNumber(stream, 0);
        var length = EventStream.Write(stream, header, contexts, events);
        if (length > LongestPayload)
            throw new IOException($"The events take {length} bytes, more than the {LongestPayload} that one code file can hold; encode the recording in parts.");
        stream.Position = lengthAt;
        WriteNumber(stream, (uint)length);
        stream.Position = 0;
        var crc = 0u;
        Skip(stream, stream.Length, ref crc);
        WriteNumber(stream, crc);
    }

    /// <summary>Reads a stream to its end and checks all but the events themselves, which stay where they are if one can go back to them.</summary>
    /// <exception cref="FormatException">It is not an intact code file.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public static CodeContainer Read(Stream stream)
    {
        var crc = 0u;
        var start = ReadBytes(stream, Magic.Length + 1, ref crc);
        if (!start.AsSpan(0, Magic.Length).SequenceEqual(Magic)) throw new FormatException("it does not begin like one");
        if (start[^1] != Version) throw new FormatException($"it is of version {start[^1]}, this program reads version {Version}");
        var headerBytes = ReadBytes(stream, ReadLength(stream, LongestHeader, "header", ref crc), ref crc);
        var header = CodeHeader.Parse(headerBytes);
        var payload = ReadPayload(stream, ReadLength(stream, LongestPayload, "events", ref crc), ref crc);
        var before = crc;
        if (ReadNumber(stream, ref crc) != before) throw new FormatException("its checksum is wrong; it was damaged on the way");
        if (stream.ReadByte() >= 0) throw new FormatException("bytes follow its end");
        if (header.Events > header.MostEventsIn(payload.Length))
            throw new FormatException($"it announces {header.Events} events, more than its {payload.Length} bytes can hold");
        return new CodeContainer(header, headerBytes.Length, payload);
    }

    private static CodePayload ReadPayload(Stream stream, int length, ref uint crc)
    {
        if (!stream.CanSeek) return new CodePayload(new MemoryStream(ReadBytes(stream, length, ref crc)), 0, length);
        var payload = new CodePayload(stream, stream.Position, length);
        Skip(stream, length, ref crc);
        return payload;
    }

    private static void WriteNumber(Stream stream, uint number)
    {
        Span<byte> bytes = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        stream.Write(bytes);
    }

    private static uint ReadNumber(Stream stream, ref uint crc) =>
        BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(stream, LengthBytes, ref crc));

    private static int ReadLength(Stream stream, int longest, string name, ref uint crc)
    {
        var length = ReadNumber(stream, ref crc);
        return length <= longest ? (int)length : throw new FormatException($"its {name} would be {length} bytes long");
    }

    // Memory grows with the bytes that really come, whatever length was announced.
    private static byte[] ReadBytes(Stream stream, int count, ref uint crc)
    {
        var bytes = new byte[Math.Min(count, ChunkBytes)];
        for (var filled = 0; filled < count;)
        {
            if (filled == bytes.Length) Array.Resize(ref bytes, (int)Math.Min(count, 2L * bytes.Length));
            var read = stream.Read(bytes, filled, bytes.Length - filled);
            if (read == 0) throw new EndOfStreamException();
            filled += read;
        }

        crc = Crc32.Append(crc, bytes);
        return bytes;
    }

    private static void Skip(Stream stream, long count, ref uint crc)
    {
        var chunk = new byte[(int)Math.Min(count, ChunkBytes)];
        for (int read; count > 0; count -= read)
        {
            read = stream.Read(chunk, 0, (int)Math.Min(count, chunk.Length));
            if (read == 0) throw new EndOfStreamException();
            crc = Crc32.Append(crc, chunk.AsSpan(0, read));
        }
    }
}
