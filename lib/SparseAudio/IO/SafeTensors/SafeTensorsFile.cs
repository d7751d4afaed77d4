using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SparseAudio.IO.SafeTensors;

/// <summary>The element types of the format, in the order in which the reference implementation sorts them.</summary>
internal enum SafeTensorsType { Bool, U8, I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64 }

/// <summary>One tensor of a safetensors file, as its header describes it.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The sizes, outermost first; empty for a scalar.</param>
/// <param name="Begin">The first byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record SafeTensorsEntry(string Name, SafeTensorsType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    private static readonly Dictionary<SafeTensorsType, ScalarType> _torchTypes = new()
    {
        [SafeTensorsType.Bool] = ScalarType.Bool,
        [SafeTensorsType.U8] = ScalarType.Byte,
        [SafeTensorsType.I8] = ScalarType.Int8,
        [SafeTensorsType.I16] = ScalarType.Int16,
        [SafeTensorsType.F16] = ScalarType.Float16,
        [SafeTensorsType.BF16] = ScalarType.BFloat16,
        [SafeTensorsType.I32] = ScalarType.Int32,
        [SafeTensorsType.F32] = ScalarType.Float32,
        [SafeTensorsType.F64] = ScalarType.Float64,
        [SafeTensorsType.I64] = ScalarType.Int64,
    };

    private static readonly Dictionary<string, SafeTensorsType> _byName = Enum.GetValues<SafeTensorsType>()
        .ToDictionary(NameOf, StringComparer.Ordinal);

    /// <summary>The tensor's size in bytes.</summary>
    public long ByteCount => End - Begin;

    /// <summary>The header's name of an element type, such as <c>F32</c>.</summary>
    public static string NameOf(SafeTensorsType type) => type == SafeTensorsType.Bool ? "BOOL" : type.ToString();

    /// <summary>The element type of a header's name, in exactly that spelling; null when there is none.</summary>
    public static SafeTensorsType? TypeOf(string name) => _byName.TryGetValue(name, out var type) ? type : null;

    /// <summary>The element type of a tensor of torch; null when the format has none for it, as for complex numbers.</summary>
    public static SafeTensorsType? TypeOf(ScalarType type) =>
        _torchTypes.Where(pair => pair.Value == type).Select(pair => (SafeTensorsType?)pair.Key).FirstOrDefault();

    /// <summary>Torch's element type; null when torch has none, as for unsigned numbers of 16 to 64 bits.</summary>
    public static ScalarType? TorchTypeOf(SafeTensorsType type) => _torchTypes.TryGetValue(type, out var torchType) ? torchType : null;

    /// <summary>The size in bytes of a tensor of a type and shape; null when a size is negative or the product leaves 64 bits.</summary>
    public static long? CountBytes(SafeTensorsType type, IReadOnlyList<long> shape)
    {
        Int128 bytes = type switch
        {
            <= SafeTensorsType.I8 => 1,
            <= SafeTensorsType.BF16 => 2,
            <= SafeTensorsType.F32 => 4,
            _ => 8,
        };
        foreach (var size in shape)
        {
            bytes *= size;
            if (size < 0 || bytes > long.MaxValue) return null;
        }

        return (long)bytes;
    }
}

/// <summary>
/// An opened safetensors file whose header has been checked as a whole. The bytes of a tensor are read when they are asked for.
/// The format: https://huggingface.co/docs/safetensors.
/// </summary>
internal sealed class SafeTensorsFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly long _dataStart;
    private readonly Dictionary<string, SafeTensorsEntry> _byName;

    private SafeTensorsFile(string path, FileStream stream)
    {
        (Path, _stream) = (path, stream);
        Span<byte> prefix = stackalloc byte[8];
        if (stream.Length < prefix.Length) throw new SafeTensorsException(path, $"only {stream.Length} bytes long; this is no safetensors file");
        stream.ReadExactly(prefix);
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerBytes > SafeTensorsHeader.MaximumBytes)
            throw new SafeTensorsException(path, $"a header of {headerBytes} bytes; at most {SafeTensorsHeader.MaximumBytes} are allowed");
        _dataStart = prefix.Length + (long)headerBytes;
        if (_dataStart > stream.Length)
            throw new SafeTensorsException(path, $"a header of {headerBytes} bytes in a file of {stream.Length}; the file is cut short");
        var json = new byte[headerBytes];
        stream.ReadExactly(json);
        var header = SafeTensorsHeader.Parse(path, json, stream.Length - _dataStart);
        (Entries, Metadata) = (header.Entries, header.Metadata);
        _byName = Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's path as given.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries { get; }

    /// <summary>The file's free text by key, the header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header: names, types, shapes, and that every byte belongs to exactly one tensor.</summary>
    /// <exception cref="SafeTensorsException">The file cannot be read or breaks a rule of the format.</exception>
    public static SafeTensorsFile Open(string path)
    {
        FileStream? stream = null;
        try
        {
            stream = InputFile.Open(path);
            return new SafeTensorsFile(path, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            stream?.Dispose();
            throw new SafeTensorsException(path, $"cannot be read ({e.Message})", e);
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    /// <summary>The description of a tensor; null when the file has none of that name.</summary>
    public SafeTensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads the bytes of a tensor: little endian, last dimension fastest.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <param name="destination">Exactly <see cref="SafeTensorsEntry.ByteCount"/> bytes.</param>
    /// <exception cref="SafeTensorsException">The file cannot be read any more.</exception>
    public void Read(SafeTensorsEntry entry, Span<byte> destination)
    {
        if (destination.Length != entry.ByteCount)
            throw new ArgumentException($"'{entry.Name}' takes {entry.ByteCount} bytes, not {destination.Length}", nameof(destination));
        try
        {
            _stream.Position = _dataStart + entry.Begin;
            _stream.ReadExactly(destination);
        }
        catch (IOException e)
        {
            throw new SafeTensorsException(Path, $"tensor '{entry.Name}' cannot be read ({e.Message})", e);
        }
    }

    /// <summary>Reads a tensor into an array, last dimension fastest.</summary>
    /// <typeparam name="T">A number type of the size of <paramref name="type"/>.</typeparam>
    /// <exception cref="SafeTensorsException">There is no such tensor, it has another type, or it cannot be read.</exception>
    public T[] Read<T>(string name, SafeTensorsType type) where T : unmanaged
    {
        var entry = Find(name) ?? throw new SafeTensorsException(Path, $"has no tensor '{name}'");
        if (entry.Type != type)
        {
            throw new SafeTensorsException(
                Path, $"tensor '{name}' is {SafeTensorsEntry.NameOf(entry.Type)}, expected {SafeTensorsEntry.NameOf(type)}");
        }

        var values = new T[entry.ByteCount / Unsafe.SizeOf<T>()];
        Read(entry, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>The element type of a tensor as torch names it.</summary>
    /// <exception cref="SafeTensorsException">Torch has no such type.</exception>
    public ScalarType TorchType(SafeTensorsEntry entry) => SafeTensorsEntry.TorchTypeOf(entry.Type)
        ?? throw new SafeTensorsException(Path, $"tensor '{entry.Name}' is {SafeTensorsEntry.NameOf(entry.Type)}, which torch does not have");

    /// <summary>Reads a tensor to the CPU.</summary>
    /// <returns>A tensor of the file's type and shape; it belongs to the current dispose scope.</returns>
    /// <exception cref="SafeTensorsException">Torch has no such type, or the file cannot be read any more.</exception>
    public Tensor ReadTensor(SafeTensorsEntry entry)
    {
        var tensor = empty([.. entry.Shape], dtype: TorchType(entry), device: CPU);
        Read(entry, tensor.bytes);
        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}

/// <summary>A safetensors file that cannot be read or written, with the reason.</summary>
/// <param name="path">The file.</param>
/// <param name="reason">What is wrong with it, naming the tensor or field where one is to blame.</param>
/// <param name="inner">The error underneath, if any.</param>
public sealed class SafeTensorsException(string path, string reason, Exception? inner = null)
    : Exception($"{path}: {reason}", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;
}
