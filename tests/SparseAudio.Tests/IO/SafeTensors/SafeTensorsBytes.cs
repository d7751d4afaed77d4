using System.Buffers.Binary;
using System.Text;

namespace SparseAudio.Tests.IO.SafeTensors;

/// <summary>Puts safetensors files together byte by byte, good ones and bad ones, independent of the writer under test.</summary>
internal static class SafeTensorsBytes
{
    /// <summary>A header as text and the bytes after it.</summary>
    public static byte[] File(string header, params byte[] data) => File(Encoding.UTF8.GetBytes(header), data);

    public static byte[] File(byte[] header, params byte[] data) => File((ulong)header.Length, header, data);

    public static byte[] File(ulong headerBytes, byte[] header, byte[] data)
    {
        var file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, headerBytes);
        header.CopyTo(file, 8);
        data.CopyTo(file, 8 + header.Length);
        return file;
    }

    /// <summary>
    /// What Python's <c>safetensors.torch.save_file({"b": [[1,2],[3,4]] int32, "a": 0.5 float32, "h": [1.5] float16},
    /// metadata={"format": "pt"})</c> writes by the published rules: larger types first, then names, header padded
    /// with spaces to a multiple of eight.
    /// </summary>
    public static byte[] PythonFixture()
    {
        const string header =
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"I32","shape":[2,2],"data_offsets":[4,20]},"h":{"dtype":"F16","shape":[1],"data_offsets":[20,22]}}""";
        var padded = header.PadRight((header.Length + 7) / 8 * 8);
        return File(padded, [0, 0, 0, 0x3F, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0x3E]);
    }
}
