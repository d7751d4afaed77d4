using System.Buffers.Binary;
using System.IO.Compression;

namespace SparseAudio.Interactive.Pictures;

/// <summary>A small image of up to 256 colours as PNG.</summary>
internal static class PaletteImage
{
    /// <summary>Encodes an image.</summary>
    /// <param name="indices">(height, width), row 0 on top; each a place in the palette.</param>
    /// <param name="palette">The colours as 0xRRGGBB.</param>
    public static byte[] Png(byte[,] indices, IReadOnlyList<int> palette)
    {
        int height = indices.GetLength(0), width = indices.GetLength(1);
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits
        header[9] = 3; // palette
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "PLTE"u8, [.. palette.SelectMany(color => new[] { (byte)(color >> 16), (byte)(color >> 8), (byte)color })]);
        Chunk(file, "IDAT"u8, Compressed(indices, height, width));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Compressed(byte[,] indices, int height, int width)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            var row = new byte[width + 1]; // each row starts with its filter: none
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                    row[x + 1] = indices[y, x];

                zlib.Write(row);
            }
        }

        return packed.ToArray();
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(type);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(content, Crc(type, uint.MaxValue)));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return crc;
    }
}
