using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SparseAudio.Parity;

/// <summary>An array read from a .npy file.</summary>
/// <param name="Shape">Its dimensions, the last one varying fastest.</param>
/// <param name="Values">All elements in row-major order.</param>
public sealed record NumpyArray(long[] Shape, double[] Values);

/// <summary>Reads .npy files (format 1.0 and 2.0) of little-endian float32, float64 and int64, row-major.</summary>
public static partial class NumpyFile
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a whole file; nothing may be missing and nothing may follow.</summary>
    /// <exception cref="GoldenException">The file is missing, or is not such an array.</exception>
    public static NumpyArray Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GoldenException(
                path, problem is FileNotFoundException or DirectoryNotFoundException ? "the file is missing." : problem.Message);
        }

        if (bytes.Length < 12 || !bytes.AsSpan().StartsWith(Magic)) throw new GoldenException(path, "this is no .npy file.");
        var (start, length) = bytes[6] switch
        {
            1 => (10, (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8))),
            2 => (12, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8))),
            _ => throw new GoldenException(path, $"format {bytes[6]}.{bytes[7]} is not supported; save it as 1.0 or 2.0."),
        };
        if (start + length > bytes.Length) throw new GoldenException(path, "the header is cut off.");

        var header = Header().Match(Encoding.Latin1.GetString(bytes, start, (int)length));
        if (!header.Success) throw new GoldenException(path, "the header does not say type, order and shape.");
        if (header.Groups["order"].Value != "False") throw new GoldenException(path, "the array is stored column by column; save it in C order.");
        var shape = Shape(path, header.Groups["shape"].Value);
        return new NumpyArray(shape, Elements(path, header.Groups["type"].Value, shape, bytes.AsSpan(start + (int)length)));
    }

    private static long[] Shape(string path, string text)
    {
        try
        {
            var sizes = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return Array.ConvertAll(sizes, size => (long)uint.Parse(size, CultureInfo.InvariantCulture));
        }
        catch (Exception problem) when (problem is FormatException or OverflowException)
        {
            throw new GoldenException(path, $"the shape ({text}) is not a list of sizes.");
        }
    }

    private static double[] Elements(string path, string type, long[] shape, ReadOnlySpan<byte> data)
    {
        var (width, read) = type switch
        {
            "<f4" => (4, bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes)),
            "<f8" => (8, bytes => BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
            "<i8" => (8, (Func<ReadOnlySpan<byte>, double>)(bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes))),
            _ => throw new GoldenException(path, $"elements of type {type} are not supported; save them as float32 or int64."),
        };
        Int128 expected = width;
        foreach (var size in shape) expected *= size;
        if (expected != data.Length) throw new GoldenException(path, $"the shape asks for {expected} bytes, the file has {data.Length}.");

        var values = new double[data.Length / width];
        for (var i = 0; i < values.Length; i++) values[i] = read(data[(i * width)..]);
        return values;
    }

    [GeneratedRegex(@"^\{'descr': '(?<type>[^']+)', 'fortran_order': (?<order>True|False), 'shape': \((?<shape>[0-9, ]*)\),? *\} *\n$")]
    private static partial Regex Header();
}
