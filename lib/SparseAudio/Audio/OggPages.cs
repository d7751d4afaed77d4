using System.Buffers.Binary;

namespace SparseAudio.Audio;

/// <summary>
/// What the pages of an Ogg file say that libsndfile does not: whether another stream follows the first one (a chain, as recordings of
/// radio are), which it would leave out, and whether the end is missing (RFC 3533).
/// </summary>
/// <param name="IsChain">Whether a further stream begins after the first.</param>
/// <param name="IsCutOff">Whether the file ends inside of a page, or without the page that ends its stream.</param>
internal readonly record struct OggPages(bool IsChain, bool IsCutOff)
{
    private const int HeaderBytes = 27;
    private const int FlagsAt = 5;
    private const int SegmentsAt = 26;
    private const byte Begins = 2;
    private const byte Ends = 4;

    /// <summary>Goes from page to page and reads their headers only; damaged ones end the walk.</summary>
    public static OggPages Read(Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderBytes + byte.MaxValue];
        var (at, begun, ended) = (0L, false, false);
        while (at < file.Length)
        {
            file.Position = at;
            if (file.ReadAtLeast(header[..HeaderBytes], HeaderBytes, throwOnEndOfStream: false) < HeaderBytes) return new(false, IsCutOff: true);
            if (BinaryPrimitives.ReadUInt32BigEndian(header) != 0x4F676753) return new(false, IsCutOff: true);
            var flags = header[FlagsAt];
            // Streams that sound at the same time all begin before the first other page.
            if (begun && (flags & Begins) != 0) return new(IsChain: true, false);
            begun |= (flags & Begins) == 0;
            ended = (flags & Ends) != 0;
            var lengths = header.Slice(HeaderBytes, header[SegmentsAt]);
            if (file.ReadAtLeast(lengths, lengths.Length, throwOnEndOfStream: false) < lengths.Length) return new(false, IsCutOff: true);
            at += HeaderBytes + lengths.Length;
            foreach (var length in lengths) at += length;
        }

        return new(false, IsCutOff: !ended || at > file.Length);
    }
}
