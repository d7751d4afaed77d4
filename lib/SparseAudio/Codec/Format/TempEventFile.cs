using System.Collections.Immutable;
using System.Runtime.InteropServices;
using SparseAudio.IO;

namespace SparseAudio.Codec.Format;

/// <summary>
/// Events in a temporary file beside another one, exactly as they are, to be read back in the same order: each takes 24 bytes
/// and its details. The file is deleted when this is disposed or the program ends.
/// </summary>
internal sealed class TempEventFile : IDisposable
{
    // Never committed, so that it never appears under its name.
    private readonly AtomicFile _file;
    private readonly BinaryWriter _writer;
    private int _events;

    /// <summary>Begins an empty file.</summary>
    /// <param name="path">The file that it lies beside, whose name is checked.</param>
    /// <param name="overwrite">Whether <paramref name="path"/> may exist.</param>
    /// <exception cref="IOException">The path must not exist but does, or its folder cannot be written to.</exception>
    public TempEventFile(string path, bool overwrite)
    {
        _file = new AtomicFile(path, overwrite);
        _writer = new BinaryWriter(_file.Stream);
    }

    /// <summary>Adds an event.</summary>
    public void Add(SoundEvent item)
    {
        _events++;
        _writer.Write(item.Frame);
        _writer.Write(item.Channel);
        _writer.Write(item.Amplitude);
        _writer.Write(item.Gain);
        _writer.Write(item.Context);
        _writer.Write(item.Details.Length);
        _writer.Write(MemoryMarshal.AsBytes(item.Details.AsSpan()));
    }

    /// <summary>Reads all events.</summary>
    public IEnumerable<SoundEvent> Read()
    {
        _writer.Flush();
        _file.Stream.Position = 0;
        var reader = new BinaryReader(_file.Stream);
        for (var i = 0; i < _events; i++)
        {
            yield return new SoundEvent(reader.ReadInt32(), reader.ReadInt32(), reader.ReadSingle())
            {
                Gain = reader.ReadSingle(),
                Context = reader.ReadInt32(),
                Details = ReadDetails(reader.ReadInt32()),
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private ImmutableArray<float> ReadDetails(int count)
    {
        var details = new float[count];
        _file.Stream.ReadExactly(MemoryMarshal.AsBytes(details.AsSpan()));
        return ImmutableCollectionsMarshal.AsImmutableArray(details);
    }
}
