using System.Buffers.Binary;
using NAudio.Wave;

namespace SparseAudio.Audio;

/// <summary>
/// Where a WAV file's samples lie and how they are stored. Reads chunk headers only and believes no size that the file
/// does not have.
/// </summary>
internal sealed record WavHeader(WaveFormat Format, int FrameBytes, long DataStart, long DataBytes, IReadOnlyList<string> Warnings)
{
    private const int MaxChunks = 4096;
    private const int TagPcm = 1;
    private const int TagFloat = 3;
    private const int TagExtensible = 0xFFFE;
    private const string Remedy = "export it again as PCM WAV or FLAC";

    private static ReadOnlySpan<byte> SubFormatSuffix => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>Samples of every channel.</summary>
    public long Frames => DataBytes / FrameBytes;

    /// <summary>Reads the header of an open RIFF, RF64 or BW64 file.</summary>
    /// <exception cref="AudioFileException">The header describes nothing that can be read.</exception>
    public static WavHeader Read(Stream file, string path)
    {
        Span<byte> bytes = stackalloc byte[40];
        (WaveFormat Format, int FrameBytes)? format = null;
        long? longDataSize = null;
        var at = 12L;
        for (var chunks = 0; at + 8 <= file.Length; chunks++)
        {
            if (chunks == MaxChunks)
                throw new AudioFileException(path, $"more than {MaxChunks} chunks and no samples", at, Remedy);

            Fill(file, at, bytes[..8]);
            var id = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            var body = at + 8;
            if (id == Id("fmt "u8))
            {
                var length = (int)Math.Min(40, Math.Min(size, file.Length - body));
                Fill(file, body, bytes[..length]);
                format = ParseFormat(bytes[..length], body, path);
            }
            else if (id == Id("ds64"u8) && size >= 16 && body + 16 <= file.Length)
            {
                Fill(file, body, bytes[..16]);
                longDataSize = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
            }
            else if (id == Id("data"u8))
            {
                var (wave, frameBytes) = format
                    ?? throw new AudioFileException(path, "no fmt chunk before the data chunk", at, Remedy);
                var (length, warnings) = DataLength(file, body, size, longDataSize);
                return length >= frameBytes
                    ? new WavHeader(wave, frameBytes, body, length, warnings)
                    : throw new AudioFileException(path, "the data chunk holds no samples", at, "record or export it again");
            }

            at = NextChunk(file, body, size);
        }

        throw new AudioFileException(path, format is null ? "no fmt and no data chunk" : "no data chunk", file.Length, Remedy);
    }

    private static (WaveFormat Format, int FrameBytes) ParseFormat(ReadOnlySpan<byte> fmt, long at, string path)
    {
        if (fmt.Length < 16)
            throw new AudioFileException(path, $"the fmt chunk has {fmt.Length} bytes, less than 16", at, Remedy);

        var tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(fmt[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(fmt[4..]);
        int frameBytes = BinaryPrimitives.ReadUInt16LittleEndian(fmt[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(fmt[14..]);
        AudioLimits.Check(path, channels, rate, at + 2);
        if (tag == TagExtensible)
        {
            if (fmt.Length < 40 || !fmt[26..40].SequenceEqual(SubFormatSuffix))
                throw new AudioFileException(path, "an extensible format without a known sub-format", at + 24, Remedy);

            tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt[24..]);
        }

        // Samples of, say, 20 bits lie left-justified in whole bytes, so the container decides how to read them.
        var container = frameBytes % channels == 0 ? frameBytes / channels * 8 : 0;
        var known = tag switch
        {
            TagPcm => container is 8 or 16 or 24 or 32 && bits is > 0 && bits <= container,
            TagFloat => container is 32 or 64 && bits == container,
            _ => false,
        };
        if (!known)
        {
            throw new AudioFileException(
                path, $"format {tag} with {bits} bits in frames of {frameBytes} bytes and {channels} channels is not supported", at, Remedy);
        }

        var wave = (tag, container) switch
        {
            (TagPcm, _) => new WaveFormat((int)rate, container, channels),
            (_, 32) => WaveFormat.CreateIeeeFloatWaveFormat((int)rate, channels),
            _ => WaveFormat.CreateCustomFormat(
                WaveFormatEncoding.IeeeFloat, (int)rate, channels, (int)rate * frameBytes, frameBytes, container),
        };
        return (wave, frameBytes);
    }

    private static (long Length, IReadOnlyList<string> Warnings) DataLength(Stream file, long body, uint size, long? longSize)
    {
        var present = file.Length - body;
        var unknown = size == uint.MaxValue && longSize is null or <= 0;
        if (unknown || (size == 0 && present > 0 && !LooksLikeChunk(file, body)))
            return (present, [$"the data chunk says {size} bytes, as an unfinished recording does: all {present} bytes after it are used"]);

        var claimed = size == uint.MaxValue ? longSize!.Value : size;
        return claimed <= present
            ? (claimed, [])
            : (present, [$"truncated: {present} of {claimed} bytes of samples are there and used"]);
    }

    private static long NextChunk(Stream file, long body, uint size)
    {
        var end = body + size;
        if (size % 2 == 0)
            return end;

        // Chunks of odd length are padded to even, but some writers forget to.
        return LooksLikeChunk(file, end) && !LooksLikeChunk(file, end + 1) ? end : end + 1;
    }

    private static bool LooksLikeChunk(Stream file, long at)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (at + 8 > file.Length)
            return false;

        Fill(file, at, bytes);
        return bytes[..4].IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
            && at + 8 + BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) <= file.Length + 1;
    }

    private static uint Id(ReadOnlySpan<byte> name) => BinaryPrimitives.ReadUInt32BigEndian(name);

    private static void Fill(Stream file, long at, Span<byte> bytes)
    {
        file.Position = at;
        file.ReadExactly(bytes);
    }
}

/// <summary>Frames of a WAV file.</summary>
internal sealed class WavFrames : FrameSource
{
    private readonly FileStream _file;
    private readonly WavHeader _header;
    private readonly ISampleProvider _samples;
    private long _frame;

    public WavFrames(FileStream file, string path)
        : base(path)
    {
        _file = file;
        _header = WavHeader.Read(file, path);
        _samples = new RawSourceWaveStream(file, _header.Format).ToSampleProvider();
        Seek(0);
    }

    public override string Format => AudioKind.Wav;

    public override int Channels => _header.Format.Channels;

    public override int SampleRate => _header.Format.SampleRate;

    public override long Frames => _header.Frames;

    public override bool IsFloat => _header.Format.Encoding == WaveFormatEncoding.IeeeFloat;

    public override IReadOnlyList<string> Warnings => _header.Warnings;

    public override void Seek(long frame)
    {
        _frame = frame;
        _file.Position = _header.DataStart + (frame * _header.FrameBytes);
    }

    public override int Read(Span<float> samples)
    {
        var left = (Frames - _frame) * Channels;
        var wanted = samples[..(int)Math.Min(samples.Length, left)];
        var got = ReadFully(_samples, wanted);
        if (got < wanted.Length)
            throw new AudioFileException(Path, "the file became shorter while it was read", _file.Position, "copy it again");

        for (var i = 0; IsFloat && i < got; i++)
        {
            if (!(Math.Abs(samples[i]) <= AudioLimits.LargestSample))
            {
                var frameBytes = _header.FrameBytes / Channels;
                var at = _header.DataStart + (_frame * _header.FrameBytes) + ((long)i * frameBytes);
                throw new AudioFileException(Path, $"a sample is {samples[i]}, full scale is 1", at, "export it again");
            }
        }

        _frame += got / Channels;
        return got;
    }

    public override void Dispose() => _file.Dispose();
}
