using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace SparseAudio.Codec;

/// <summary>Events laid aside in a stream, exactly as they are, to be read back in the same order.</summary>
internal sealed class EventSpool(Stream stream)
{
    private readonly BinaryWriter _writer = new(stream);
    private int _events;
    private int _details;

    /// <summary>Lays an event aside; all have as many details as the first.</summary>
    public void Add(SoundEvent item)
    {
        _events++;
        _details = item.Details.Length;
        _writer.Write(item.Frame);
        _writer.Write(item.Channel);
        _writer.Write(item.Amplitude);
        _writer.Write(item.Gain);
        _writer.Write(item.Context);
        _writer.Write(MemoryMarshal.AsBytes(item.Details.AsSpan()));
    }

    /// <summary>Reads all events.</summary>
    public IEnumerable<SoundEvent> Events()
    {
        _writer.Flush();
        stream.Position = 0;
        var reader = new BinaryReader(stream);
        for (var i = 0; i < _events; i++)
        {
            yield return new SoundEvent(reader.ReadInt32(), reader.ReadInt32(), reader.ReadSingle())
            {
                Gain = reader.ReadSingle(),
                Context = reader.ReadInt32(),
                Details = ReadDetails(),
            };
        }
    }

    private ImmutableArray<float> ReadDetails()
    {
        var details = new float[_details];
        stream.ReadExactly(MemoryMarshal.AsBytes(details.AsSpan()));
        return ImmutableCollectionsMarshal.AsImmutableArray(details);
    }
}
