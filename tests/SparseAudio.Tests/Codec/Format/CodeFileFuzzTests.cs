using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using Xunit;
using Xunit.Abstractions;

namespace SparseAudio.Tests.Codec.Format;

/// <summary>
/// Damaged code files by seed: each is refused with an error that names it, or read, as a whole and one by one alike; none
/// crashes, hangs or takes much memory.
/// SPARSEAUDIO_FUZZ_FILES sets how many are tried, SPARSEAUDIO_FUZZ_SEED where to begin.
/// </summary>
public class CodeFileFuzzTests(ITestOutputHelper output)
{
    private const long MostBytes = 64 << 20;
    private const int HeaderAt = 13;

    private static readonly byte[][] _intact =
    [
        CodeFile.ToBytes(SampleCodes.Uniform(1)),
        CodeFile.ToBytes(SampleCodes.Uniform(2, segments: 5), CodePrecision.Lossless),
        CodeFile.ToBytes(SampleCodes.Edited(3)),
        CodeFile.ToBytes(SampleCodes.WithNumbers(4, segments: 3)),
        CodeFile.ToBytes(SparseCode.FromEvents(SampleCodes.Layout, "m", 1000, [])),
    ];

    [Fact]
    public void Damaged_files_are_refused_or_read_and_nothing_else()
    {
        var files = Number("SPARSEAUDIO_FUZZ_FILES", 24_000);
        var first = Number("SPARSEAUDIO_FUZZ_SEED", 0);
        var (refused, read, largest) = (0, 0, 0L);
        for (var seed = first; seed < first + files; seed++)
        {
            var bytes = Damage(new Random(seed));
            var (whole, taken) = Outcome(seed, () => $"{CodeFile.Read(new MemoryStream(bytes), "damaged.sparse").Events.Length} events");
            var (oneByOne, takenOneByOne) = Outcome(seed, () =>
            {
                using var reader = new CodeReader(new ForwardStream(bytes), "damaged.sparse");
                return $"{reader.EventsInContext().Count()} events";
            });
            Assert.Equal((seed, whole), (seed, oneByOne));
            if (whole.StartsWith("damaged", StringComparison.Ordinal)) refused++;
            else read++;
            largest = Math.Max(largest, Math.Max(taken, takenOneByOne));
        }

        output.WriteLine($"seeds {first} to {first + files - 1}: {refused} refused, {read} read, at most {largest / 1024} kB taken for one");
        Assert.True(refused > files * 0.8, $"only {refused} of {files} damaged files were refused");
    }

    // What reading says, and the memory it took.
    private static (string Says, long Taken) Outcome(int seed, Func<string> read)
    {
        var says = "";
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            says = read();
        }
        catch (CodeFileException exception)
        {
            Assert.StartsWith("damaged.sparse: ", exception.Message);
            says = exception.Message;
        }
        catch (Exception exception)
        {
            Assert.Fail($"seed {seed}: {exception}");
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken < MostBytes, $"seed {seed}: took {taken} bytes");
        return (says, taken);
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        var intact = _intact[0];
        for (var bit = 0; bit < intact.Length * 8; bit++)
        {
            var bytes = (byte[])intact.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<CodeFileException>(() => CodeFile.Read(new MemoryStream(bytes), "flipped"));
        }
    }

    [Fact]
    public void Every_cut_off_file_is_noticed()
    {
        for (var length = 0; length < _intact[2].Length; length++)
        {
            var part = _intact[2][..length];
            Assert.Throws<CodeFileException>(() => CodeFile.Read(new MemoryStream(part), "cut"));
        }
    }

    [Theory]
    [InlineData("\"events\":64", "\"events\":2147483647", "more than its")]
    [InlineData("\"events\":64", "\"events\":-1", "counts -1 events")]
    [InlineData("\"events\":64", "\"events\":65", "")]
    [InlineData("\"events\":64", "\"events\":20", "left over")]
    [InlineData("\"length\":32768", "\"length\":3", "after the end")]
    [InlineData("\"length\":32768", "\"length\":-5", "length is -5")]
    [InlineData("\"hop\":256", "\"hop\":0", "Hop is 0")]
    [InlineData("\"channels\":4096", "\"channels\":2000000000", "Channels is 2000000000")]
    [InlineData("\"bits\":8", "\"bits\":99", "99 bits")]
    [InlineData("\"model\":\"test-model\"", "\"model\":null", "header")]
    [InlineData("\"contexts\":0", "\"contexts\":0,\"colour\":1", "colour")]
    public void A_header_that_lies_is_caught_behind_a_right_checksum(string was, string becomes, string names)
    {
        var bytes = WithHeader(CodeFile.ToBytes(SampleCodes.Uniform(1)), header => header.Replace(was, becomes));

        var exception = Assert.Throws<CodeFileException>(() => CodeFile.Read(new MemoryStream(bytes), "lying"));

        Assert.Contains(names, exception.Message);
    }

    [Theory]
    [InlineData(0, "does not begin like one")]
    [InlineData(8, "version")]
    public void Other_files_and_versions_are_told_apart(int at, string names)
    {
        var bytes = (byte[])_intact[0].Clone();
        bytes[at]++;

        Assert.Contains(names, Assert.Throws<CodeFileException>(() => CodeFile.Read(new MemoryStream(bytes), "other")).Message);
    }

    private static byte[] Damage(Random random)
    {
        var bytes = (byte[])_intact[random.Next(_intact.Length)].Clone();
        for (var times = random.Next(1, 4); times > 0; times--) bytes = DamageOnce(bytes, random);
        return random.Next(2) == 0 ? Resealed(bytes) : bytes;
    }

    private static byte[] DamageOnce(byte[] bytes, Random random)
    {
        if (bytes.Length < HeaderAt + 8) return bytes;
        var at = random.Next(bytes.Length);
        switch (random.Next(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 9), bytes.Length - at)));
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]];
            case 4:
                BinaryPrimitives.WriteInt32LittleEndian(
                    bytes.AsSpan(random.Next(bytes.Length - 4)), random.Next(3) == 0 ? int.MaxValue : random.Next());
                return bytes;
            case 5:
                return WithHeader(bytes, header => OtherNumber(header, random));
            default:
                Array.Clear(bytes, at, bytes.Length - at);
                return bytes;
        }
    }

    // One number of the header becomes another.
    private static string OtherNumber(string header, Random random)
    {
        string[] numbers = ["0", "-1", "1", "64", "4096", "65536", "2147483647", "-2147483648", "1e38", "9223372036854775807", "null", "[]", "NaN"];
        var starts = Enumerable.Range(1, Math.Max(0, header.Length - 1)).Where(i => header[i - 1] == ':' && char.IsDigit(header[i])).ToList();
        if (starts.Count == 0) return header;
        var start = starts[random.Next(starts.Count)];
        var end = header.IndexOfAny([',', '}', ']'], start);
        return end < 0 ? header : header[..start] + numbers[random.Next(numbers.Length)] + header[end..];
    }

    private static byte[] WithHeader(byte[] bytes, Func<string, string> change)
    {
        if (bytes.Length < HeaderAt) return bytes;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(HeaderAt - 4));
        if (length > bytes.Length - HeaderAt) return bytes;
        if (Unpacked(bytes.AsSpan(HeaderAt, (int)length)) is not { } text) return bytes;
        var header = Packed(Encoding.Latin1.GetBytes(change(text)));
        byte[] changed = [.. bytes[..HeaderAt], .. header, .. bytes[(HeaderAt + (int)length)..]];
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(HeaderAt - 4), header.Length);
        return Resealed(changed);
    }

    private static string? Unpacked(ReadOnlySpan<byte> packed)
    {
        var header = new byte[1 << 16];
        return BrotliDecoder.TryDecompress(packed, header, out var length) ? Encoding.Latin1.GetString(header, 0, length) : null;
    }

    private static byte[] Packed(byte[] header)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(header.Length)];
        Assert.True(BrotliEncoder.TryCompress(header, packed, out var length));
        return packed[..length];
    }

    private static byte[] Resealed(byte[] bytes)
    {
        if (bytes.Length < 4) return bytes;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), Crc32.HashToUInt32(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;
}
