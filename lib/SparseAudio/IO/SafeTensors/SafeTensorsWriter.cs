using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace SparseAudio.IO.SafeTensors;

/// <summary>Hands the bytes of a tensor on, little endian and last dimension fastest, in one or more pieces.</summary>
internal delegate void TensorBytes(Action<ReadOnlySpan<byte>> destination);

/// <summary>
/// Collects tensors and writes them as one safetensors file in the layout of the reference implementation: larger element types first,
/// then by name, the header padded to eight bytes.
/// </summary>
internal sealed class SafeTensorsWriter
{
    private readonly Dictionary<string, (SafeTensorsType Type, long[] Shape, TensorBytes Write)> _tensors = new(StringComparer.Ordinal);

    /// <summary>The file's free text by key.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Writes tensors of torch to a file that other readers know as PyTorch's.</summary>
    /// <param name="path">As for <see cref="Save(string)"/>.</param>
    /// <param name="tensors">The tensors by name, of any shape and on any device.</param>
    /// <param name="metadata">Free text by key.</param>
    /// <exception cref="SafeTensorsException">The file cannot be written, or the format has no place for an element type.</exception>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        var writer = new SafeTensorsWriter { Metadata = { ["format"] = "pt" } };
        foreach (var (key, value) in metadata) writer.Metadata[key] = value;
        foreach (var (name, tensor) in tensors) writer.Add(path, name, tensor);
        writer.Save(path);
    }

    /// <summary>Adds a tensor from memory.</summary>
    /// <typeparam name="T">A number type of the size of <paramref name="type"/>.</typeparam>
    /// <param name="name">The tensor's name; unique, and not <c>__metadata__</c>.</param>
    /// <param name="type">The element type.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="values">The elements, last dimension fastest; read when the file is written.</param>
    /// <exception cref="ArgumentException">The name is taken, or the elements do not fill the shape.</exception>
    public void Add<T>(string name, SafeTensorsType type, long[] shape, ReadOnlyMemory<T> values) where T : unmanaged
    {
        if (SafeTensorsEntry.CountBytes(type, shape) != MemoryMarshal.AsBytes(values.Span).Length)
            throw new ArgumentException($"'{name}': {values.Length} elements do not fill the shape", nameof(values));
        Add(name, type, shape, destination => destination(MemoryMarshal.AsBytes(values.Span)));
    }

    /// <summary>Adds a tensor whose bytes are asked for when the file is written; they must fill the shape.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, SafeTensorsType type, long[] shape, TensorBytes write)
    {
        if (name == "__metadata__" || !_tensors.TryAdd(name, (type, shape, write)))
            throw new ArgumentException($"the name '{name}' is taken", nameof(name));
    }

    /// <summary>
    /// Writes the file: to a temporary file beside it, flushed to disk, read again and compared, and only then renamed. Whatever happens,
    /// the path holds either its old content or the complete new one.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="SafeTensorsException">The disk is full, the folder cannot be written to, or what was read again differs.</exception>
    public void Save(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var file = new AtomicFile(path, overwrite: true);
            var written = Write(file.Stream);
            file.Stream.Dispose();
            SafeTensorsFile.Open(file.TemporaryPath).Dispose();
            var found = new XxHash128();
            using (var again = File.OpenRead(file.TemporaryPath)) found.Append(again);
            if (found.GetCurrentHashAsUInt128() != written)
                throw new IOException("what was read again differs from what was written; the disk may be failing");
            file.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SafeTensorsException)
        {
            var reason = e is SafeTensorsException known ? known.Reason : e.Message;
            var former = File.Exists(path) ? ", the file that was there is untouched" : "";
            throw new SafeTensorsException(path, $"could not be written{former} ({reason})", e);
        }
    }

    // The numbers are fetched when the file is written.
    private void Add(string path, string name, Tensor tensor)
    {
        var type = SafeTensorsEntry.TypeOf(tensor.dtype)
            ?? throw new SafeTensorsException(
                path, $"tensor '{name}' is {tensor.dtype}, which the format does not have; store its real and imaginary parts");
        Add(name, type, tensor.shape, destination =>
        {
            using var scope = NewDisposeScope();
            destination(tensor.detach().cpu().contiguous().bytes);
        });
    }

    // Returns the hash of all bytes. They are on the disk then: reading them again is a check only once nothing waits in memory.
    private UInt128 Write(FileStream file)
    {
        var hash = new XxHash128();
        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.Append(bytes);
            file.Write(bytes);
        }

        var names = _tensors.Keys.OrderByDescending(name => _tensors[name].Type).ThenBy(name => name, StringComparer.Ordinal).ToList();
        var header = Header(names);
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        Put(prefix);
        Put(header);
        foreach (var name in names) _tensors[name].Write(Put);
        file.Flush(flushToDisk: true);
        return hash.GetCurrentHashAsUInt128();
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
                foreach (var (key, value) in Metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }

            var position = 0L;
            foreach (var name in names)
            {
                var (type, shape, _) = _tensors[name];
                var end = position + SafeTensorsEntry.CountBytes(type, shape)!.Value;
                json.WriteStartObject(name);
                json.WriteString("dtype", SafeTensorsEntry.NameOf(type));
                WriteNumbers(json, "shape", shape);
                WriteNumbers(json, "data_offsets", [position, end]);
                json.WriteEndObject();
                position = end;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
