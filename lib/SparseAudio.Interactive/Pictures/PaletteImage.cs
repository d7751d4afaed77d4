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

/// <summary>Colours from nothing (night blue) over violet and orange to most (pale yellow), as in the post's pictures.</summary>
internal sealed class ColorRamp
{
    private static readonly (double At, int Color)[] _scale =
        [(0, 0x0B1030), (0.25, 0x3B1F6E), (0.5, 0xA62D77), (0.75, 0xF07B3F), (0.9, 0xFDC154), (1, 0xFFF4BF)];

    private readonly Func<double, double> _brightness;

    private ColorRamp(Func<double, double> brightness, IReadOnlyList<double> stops)
    {
        _brightness = brightness;
        Stops = [.. stops.Select(at => (at, Color(brightness(at))))];
    }

    /// <summary>Equal steps of the values are equal steps of the colour.</summary>
    public static ColorRamp Even { get; } = new(value => value, [.. _scale.Select(stop => stop.At)]);

    /// <summary>For grids that are nearly all zero: zero is dark, and whatever is not can be told from it at once.</summary>
    public static ColorRamp Sparse { get; } = new(
        value => value <= 0 ? 0 : 0.4 + (0.6 * Math.Sqrt(value)), [0, 1e-6, 0.01, 0.05, 0.15, 0.35, 0.6, 1]);

    /// <summary>The ramp's stops: value from 0 to 1, and colour as 0xRRGGBB.</summary>
    public IReadOnlyList<(double At, int Color)> Stops { get; }

    /// <summary>The colours in 256 steps of brightness.</summary>
    public static IReadOnlyList<int> Palette { get; } = [.. Enumerable.Range(0, 256).Select(step => Color(step / 255.0))];

    /// <summary>A value's place in the palette.</summary>
    public byte Index(double value) => (byte)Math.Round(255 * _brightness(value));

    private static int Color(double brightness)
    {
        var upper = Math.Clamp(_scale.TakeWhile(stop => stop.At < brightness).Count(), 1, _scale.Length - 1);
        var (from, to) = (_scale[upper - 1], _scale[upper]);
        var part = (brightness - from.At) / (to.At - from.At);
        int Mix(int shift) => (int)Math.Round((((from.Color >> shift) & 255) * (1 - part)) + (((to.Color >> shift) & 255) * part));
        return (Mix(16) << 16) | (Mix(8) << 8) | Mix(0);
    }
}
