using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SparseAudio.IO.SafeTensors;

/// <summary>Writes a tensor's bytes, little endian and last dimension fastest, to a stream.</summary>
/// <param name="destination">Where the bytes go.</param>
public delegate void TensorBytes(Stream destination);

/// <summary>
/// Collects tensors and writes them as one safetensors file in the layout of the reference implementation: larger
/// element types first, then by name, the header padded to eight bytes. Knows nothing of torch.
/// </summary>
public sealed class SafeTensorsWriter
{
    private readonly Dictionary<string, (SafeTensorsType Type, long[] Shape, TensorBytes Write)> _tensors = new(StringComparer.Ordinal);

    /// <summary>The file's free text, by key.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds a tensor whose bytes are asked for when the file is written.</summary>
    /// <param name="name">The tensor's name; unique, and not <c>__metadata__</c>.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="write">Writes exactly as many bytes as type and shape take.</param>
    /// <exception cref="ArgumentException">The name is taken or reserved, or the shape is impossible.</exception>
    public void Add(string name, SafeTensorsType type, ReadOnlySpan<long> shape, TensorBytes write)
    {
        ArgumentNullException.ThrowIfNull(write);
        long[] sizes = shape.ToArray();
        if (!SafeTensorsEntry.TryCountBytes(type, sizes, out _))
        {
            throw new ArgumentException($"'{name}' has an impossible shape", nameof(shape));
        }

        if (name == "__metadata__" || !_tensors.TryAdd(name, (type, sizes, write)))
        {
            throw new ArgumentException($"the name '{name}' is taken", nameof(name));
        }
    }

    /// <summary>Adds a tensor from memory.</summary>
    /// <typeparam name="T">A number type of the element type's size.</typeparam>
    /// <param name="name">The tensor's name; unique.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="values">The elements, last dimension fastest.</param>
    /// <exception cref="ArgumentException">The elements do not fill the shape.</exception>
    public void Add<T>(string name, SafeTensorsType type, ReadOnlySpan<long> shape, ReadOnlyMemory<T> values)
        where T : unmanaged
    {
        if (!SafeTensorsEntry.TryCountBytes(type, shape.ToArray(), out long bytes) || bytes != MemoryMarshal.AsBytes(values.Span).Length)
        {
            throw new ArgumentException($"'{name}': {values.Length} elements do not fill the shape", nameof(values));
        }

        Add(name, type, shape, destination => destination.Write(MemoryMarshal.AsBytes(values.Span)));
    }

    /// <summary>
    /// Writes the file: to a temporary file beside it, flushed to disk, read again and compared, and only then renamed.
    /// Whatever happens, the path holds either its old content or the complete new one.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="SafeTensorsException">The disk is full, the folder cannot be written to, or what was read again differs.</exception>
    public void Save(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var file = new AtomicFile(path, overwrite: true);
            byte[] written = WriteHashed(file.Stream);
            file.Stream.Dispose();
            SafeTensorsFile.Open(file.TemporaryPath).Dispose();
            using (FileStream again = File.OpenRead(file.TemporaryPath))
            {
                if (!SHA256.HashData(again).AsSpan().SequenceEqual(written))
                {
                    throw new IOException("what was read again differs from what was written; the disk may be failing");
                }
            }

            file.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SafeTensorsException)
        {
            string reason = e is SafeTensorsException bad ? bad.Reason : e.Message;
            throw new SafeTensorsException(path, $"could not be written, the file that was there is untouched ({reason})", e);
        }
    }

    // Reading again is only a check once nothing waits in memory.
    private byte[] WriteHashed(FileStream file)
    {
        using var hashed = new HashingStream(file);
        Write(hashed);
        file.Flush(flushToDisk: true);
        return hashed.Hash();
    }

    private void Write(Stream destination)
    {
        List<string> names = [.. _tensors.Keys];
        names.Sort((left, right) =>
        {
            int bySize = _tensors[right].Type.CompareTo(_tensors[left].Type);
            return bySize != 0 ? bySize : string.CompareOrdinal(left, right);
        });
        byte[] header = Header(names);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        destination.Write(prefix);
        destination.Write(header);
        foreach (string name in names)
        {
            _tensors[name].Write(destination);
        }
    }

    private byte[] Header(List<string> names)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in Metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long position = 0;
            foreach (string name in names)
            {
                position = WriteTensor(json, name, position);
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private long WriteTensor(Utf8JsonWriter json, string name, long position)
    {
        (SafeTensorsType type, long[] shape, _) = _tensors[name];
        _ = SafeTensorsEntry.TryCountBytes(type, shape, out long bytes);
        json.WriteStartObject(name);
        json.WriteString("dtype", type.FormatName());
        json.WriteStartArray("shape");
        foreach (long size in shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(position);
        json.WriteNumberValue(position + bytes);
        json.WriteEndArray();
        json.WriteEndObject();
        return position + bytes;
    }
}
