namespace SparseAudio.Codec.Format;

/// <summary>The part of a stream that holds the events of a code file.</summary>
internal sealed record CodePayload(Stream Stream, long Start, int Length)
{
    /// <summary>Reads what begins at byte <paramref name="at"/> of it, as much as there is room for or follows; returns how much.</summary>
    /// <exception cref="EndOfStreamException">The stream has become shorter.</exception>
    public int Read(int at, Span<byte> part)
    {
        part = part[..Math.Min(part.Length, Length - at)];
        Stream.Position = Start + at;
        Stream.ReadExactly(part);
        return part.Length;
    }
}
