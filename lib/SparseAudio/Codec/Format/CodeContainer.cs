using System.Buffers.Binary;
using System.IO.Hashing;

namespace SparseAudio.Codec.Format;

/// <summary>
/// The parts of a code file: 8 bytes of magic, a version byte, the length of the header (4 bytes, little endian), the header
/// (<see cref="CodeHeader"/>) and the CRC-32 of all this (4 bytes); then, for each layer, its length (4 bytes), the layer
/// (<see cref="LayerStream"/>) and its CRC-32. A file may end after any of its layers. Reading trusts nothing: every length is checked before
/// memory is taken for it.
/// </summary>
/// <param name="Header">What the file says about itself.</param>
/// <param name="HeaderBytes">Bytes of everything before the first layer.</param>
/// <param name="Layers">The layers that are complete, the coarsest first, at least one.</param>
internal sealed record CodeContainer(CodeHeader Header, int HeaderBytes, IReadOnlyList<CodePayload> Layers)
{
    /// <summary>Bytes of a layer beside its events: length and checksum.</summary>
    public const int OverheadOfLayer = 2 * LengthBytes;

    private const byte Version = 3;
    private const string LastVersionBefore = "792c53b";
    private const int LengthBytes = 4;
    private const int LongestHeader = 1 << 16;
    private const int LongestPayload = 1 << 28;
    private const int ChunkBytes = 1 << 16;

    // The first byte is not ASCII and line ends of both kinds follow, so that a transfer as text is noticed at once.
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'S', (byte)'P', (byte)'A', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>Writes a code to an empty seekable stream, as the length and the checksum of a layer are known last.</summary>
    /// <param name="stream">Receives the file.</param>
    /// <param name="header">What it says about itself.</param>
    /// <param name="segments">The segments in which events of a layer begin.</param>
    /// <param name="contexts">The contexts in order of their indices.</param>
    /// <param name="events">All events in order; they are gone through once for each layer.</param>
    /// <exception cref="ArgumentException">The header is one that <see cref="Read"/> would refuse.</exception>
    /// <exception cref="IOException">A layer takes more than a file can hold.</exception>
    public static void Write(
        Stream stream, CodeHeader header, Func<int, IReadOnlyList<int>> segments, IReadOnlyList<SoundContext> contexts,
        Func<IEnumerable<LayeredEvent>> events)
    {
        var bytes = Readable(header.ToBytes());
        stream.Write(Magic);
        stream.WriteByte(Version);
        WriteNumber(stream, (uint)bytes.Length);
        stream.Write(bytes);
        WriteChecksum(stream, 0);
        for (var layer = 0; layer < header.Layers.Length; layer++)
        {
            var start = stream.Position;
            WriteNumber(stream, 0);
            var length = EventStream.Write(stream, header, layer, segments(layer), contexts, events());
            if (length > LongestPayload)
                throw new IOException(
                    $"The events take {length} bytes, more than the {LongestPayload} that one layer can hold; encode the recording in parts.");
            stream.Position = start;
            WriteNumber(stream, (uint)length);
            WriteChecksum(stream, start);
        }
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

    /// <summary>Reads a stream to its end and checks all but the events themselves, which stay in the stream where it is seekable.</summary>
    /// <exception cref="FormatException">It is not an intact code file.</exception>
    /// <exception cref="EndOfStreamException">It ends before its first layer does.</exception>
    public static CodeContainer Read(Stream stream)
    {
        var crc = new Crc32();
        var start = ReadBytes(stream, Magic.Length + 1, crc);
        if (!start.AsSpan(0, Magic.Length).SequenceEqual(Magic)) throw new FormatException("it does not begin like one");
        if (start[^1] != Version)
        {
            throw new FormatException($"it is of version {start[^1]}, this program reads version {Version}"
                + (start[^1] < Version ? $"; its commit {LastVersionBefore} reads those before, and can convert them to JSON" : ""));
        }

        var bytes = ReadBytes(stream, ReadLength(stream, LongestHeader, "header", crc), crc);
        CheckChecksum(stream, crc);
        var header = CodeHeader.Parse(bytes);
        var layers = new List<CodePayload>();
        while (layers.Count < header.Layers.Length && ReadLayer(stream, header, layers.Count) is { } layer) layers.Add(layer);
        if (layers.Count == header.Layers.Length && stream.ReadByte() >= 0) throw new FormatException("bytes follow its end");
        return new CodeContainer(header, start.Length + 2 * LengthBytes + bytes.Length, layers);
    }

    // Null where the file was cut off before the layer's end; the first layer there must be.
    private static CodePayload? ReadLayer(Stream stream, CodeHeader header, int layer)
    {
        try
        {
            var crc = new Crc32();
            var payload = ReadPayload(stream, ReadLength(stream, LongestPayload, "events", crc), crc);
            CheckChecksum(stream, crc);
            return header.Layers[layer].Events <= MostEventsIn(header, payload.Length)
                ? payload
                : throw new FormatException(
                    $"it announces {header.Layers[layer].Events} events, more than its {payload.Length} bytes can hold");
        }
        catch (EndOfStreamException) when (layer > 0)
        {
            return null;
        }
    }

    // Each decision costs at least so much.
    private static double MostEventsIn(CodeHeader header, int bytes)
    {
        var decisions = GapCoder.LeastDecisions + Math.Min(SymbolCoder.BitsFor(header.Layout.Channels), SymbolCoder.MostAdaptiveBits);
        return (bytes + RangeDecoder.BytesSupplied) * 8 / (decisions * AdaptiveBit.LeastCost);
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

    // Of everything from a place to the stream's end.
    private static void WriteChecksum(Stream stream, long start)
    {
        stream.Position = start;
        var crc = new Crc32();
        crc.Append(stream);
        WriteNumber(stream, crc.GetCurrentHashAsUInt32());
    }

    private static void CheckChecksum(Stream stream, Crc32 crc)
    {
        var expected = crc.GetCurrentHashAsUInt32();
        if (ReadNumber(stream, crc) != expected) throw new FormatException("its checksum is wrong; it was damaged on the way");
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
