using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SparseAudio.IO.SafeTensors;

/// <summary>
/// An opened safetensors file whose header has been judged as a whole; the tensors' bytes are read on demand. Knows
/// nothing of torch.
/// </summary>
public sealed class SafeTensorsFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly long _dataStart;
    private readonly Dictionary<string, SafeTensorsEntry> _byName;

    private SafeTensorsFile(string path, FileStream stream)
    {
        Path = path;
        _stream = stream;
        Span<byte> prefix = stackalloc byte[8];
        long length = stream.Length;
        if (length < prefix.Length)
        {
            throw new SafeTensorsException(path, $"only {length} bytes long; this is no safetensors file");
        }

        stream.ReadExactly(prefix);
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerBytes > SafeTensorsHeader.MaximumBytes)
        {
            throw new SafeTensorsException(path, $"a header of {headerBytes} bytes; at most {SafeTensorsHeader.MaximumBytes} are allowed");
        }

        _dataStart = prefix.Length + (long)headerBytes;
        if (_dataStart > length)
        {
            throw new SafeTensorsException(path, $"a header of {headerBytes} bytes in a file of {length}; the file is cut short");
        }

        byte[] json = new byte[headerBytes];
        stream.ReadExactly(json);
        SafeTensorsHeader header = SafeTensorsHeader.Parse(path, json, length - _dataStart);
        Entries = header.Entries;
        Metadata = header.Metadata;
        _byName = Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file's path as given.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries { get; }

    /// <summary>The file's free text, by key (the header's <c>__metadata__</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and judges its header: names, types, shapes, and that the bytes are covered exactly once.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The opened file; dispose it.</returns>
    /// <exception cref="SafeTensorsException">The file cannot be read or breaks a rule of the format.</exception>
    public static SafeTensorsFile Open(string path)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
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

    /// <summary>Finds a tensor by its name.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>The tensor's description, or null when the file has none of that name.</returns>
    public SafeTensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads one tensor's bytes.</summary>
    /// <param name="entry">One of <see cref="Entries"/>.</param>
    /// <param name="destination">Exactly <see cref="SafeTensorsEntry.ByteCount"/> bytes; little endian, last dimension fastest.</param>
    /// <exception cref="ArgumentException">The destination has another size.</exception>
    /// <exception cref="SafeTensorsException">The file cannot be read any more.</exception>
    public void Read(SafeTensorsEntry entry, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (destination.Length != entry.ByteCount)
        {
            throw new ArgumentException($"'{entry.Name}' takes {entry.ByteCount} bytes, not {destination.Length}", nameof(destination));
        }

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

    /// <summary>Reads one tensor's elements into an array.</summary>
    /// <typeparam name="T">A number type of the tensor's element size.</typeparam>
    /// <param name="name">The tensor's name.</param>
    /// <param name="type">The element type that is expected.</param>
    /// <returns>The elements, last dimension fastest.</returns>
    /// <exception cref="SafeTensorsException">There is no such tensor, it has another type, or it cannot be read.</exception>
    public T[] Read<T>(string name, SafeTensorsType type)
        where T : unmanaged
    {
        SafeTensorsEntry entry = Find(name) ?? throw new SafeTensorsException(Path, $"has no tensor '{name}'");
        if (entry.Type != type)
        {
            throw new SafeTensorsException(Path, $"tensor '{name}' is {entry.Type.FormatName()}, expected {type.FormatName()}");
        }

        var values = new T[entry.ByteCount / type.Size()];
        Read(entry, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();
}
