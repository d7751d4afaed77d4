using System.Buffers.Binary;
using System.IO.Hashing;
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
    private const int CrcBytes = 4;

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
            try
            {
                // A length that has become larger looks like a file that was cut off.
                using var reader = new CodeReader(new MemoryStream(bytes), "flipped");
                Assert.True(reader.Info.MissingLayers > 0, $"bit {bit}");
                Assert.Equal(reader.EventCount, reader.EventsInContext().Count());
            }
            catch (CodeFileException)
            {
                // As it should be.
            }
        }
    }

    [Fact]
    public void Every_cut_off_file_is_noticed_or_a_coarser_code_of_the_whole()
    {
        var whole = CodeFile.Read(new MemoryStream(_intact[3]), "whole");
        var coarser = 0;
        for (var length = 0; length < _intact[3].Length; length++)
        {
            var part = _intact[3][..length];
            try
            {
                using var reader = new CodeReader(new MemoryStream(part), "cut");
                var code = reader.ToCode();
                Assert.InRange(reader.Info.MissingLayers, 1, 2);
                Assert.Equal(whole.Events.Select(e => (e.Frame, e.Channel)), code.Events.Select(e => (e.Frame, e.Channel)));
                coarser++;
            }
            catch (CodeFileException exception)
            {
                Assert.StartsWith("cut: ", exception.Message);
            }
        }

        Assert.InRange(coarser, _intact[3].Length / 10, _intact[3].Length - 100);
    }

    public static TheoryData<string, string> Lies { get; } = new()
    {
        { "a great many events", "more than its" },
        { "negative events", "counts -1 events" },
        { "an event more", "" },
        { "fewer events", "which is too many" },
        { "a short length", "after the end" },
        { "a negative length", "length is -5" },
        { "no hop", "Hop is 0" },
        { "many channels", "Channels is 2000000000" },
        { "a large step", "step of 999" },
        { "a far centre", "centre of" },
        { "a missing centre", "centres" },
        { "a long name", "name has 300" },
        { "an unknown way", "unknown way" },
        { "listed contexts", "counts 999 contexts" },
        { "many planes", "leaves out 99 planes" },
        { "no layers", "0 layers" },
        { "finer, then coarser", "leaves out 3 planes after one that leaves out 0" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_header_that_lies_is_caught_behind_a_right_checksum(string lie, string names)
    {
        var bytes = WithHeader(CodeFile.ToBytes(SampleCodes.Uniform(1), new CodePrecision(8, [new(0, true)])), header => lie switch
        {
            "a great many events" => WithEvents(header, int.MaxValue),
            "negative events" => WithEvents(header, -1),
            "an event more" => WithEvents(header, 65),
            "fewer events" => WithEvents(header, 20),
            "a short length" => header with { Length = 3 },
            "a negative length" => header with { Length = -5 },
            "no hop" => header with { Layout = header.Layout with { Hop = 0 } },
            "many channels" => header with { Layout = header.Layout with { Channels = 2_000_000_000 } },
            "a large step" => header with { Amplitudes = header.Amplitudes with { Steps = [999] } },
            "a far centre" => header with { Amplitudes = header.Amplitudes with { Centres = [1 << 30] } },
            "a missing centre" => header with { Details = new NumberScales(2, false, [], [1, 2]) },
            "a long name" => header with { Model = new string('m', 300) },
            "an unknown way" => header with { Contexts = (ContextCoding)9 },
            "listed contexts" => header with { ListedContexts = 999 },
            "many planes" => header with { Layers = [new(64, new(99, false))] },
            "no layers" => header with { Layers = [] },
            "finer, then coarser" => header with { Layers = [new(64, new(0, false)), new(0, new(3, false))] },
            _ => throw new ArgumentException(lie),
        });

        var exception = Assert.Throws<CodeFileException>(() => CodeFile.Read(new MemoryStream(bytes), "lying"));

        Assert.Contains(names, exception.Message);

        static CodeHeader WithEvents(CodeHeader header, int events) =>
            header with { Layers = [header.Layers[0] with { Events = events }, .. header.Layers[1..]] };
    }

    [Fact]
    public void Bytes_after_the_last_event_are_caught()
    {
        var intact = _intact[1];
        var lengthAt = HeaderAt + BinaryPrimitives.ReadInt32LittleEndian(intact.AsSpan(HeaderAt - 4)) + CrcBytes;
        byte[] bytes = [.. intact[..^CrcBytes], 1, 2, 3, 4, 5, 6, 7, 8, .. intact[^CrcBytes..]];
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(lengthAt), bytes.Length - lengthAt - 4 - CrcBytes);

        Assert.Contains(
            "left over", Assert.Throws<CodeFileException>(() => CodeFile.Read(new MemoryStream(Resealed(bytes)), "long")).Message);
    }

    [Fact]
    public void Bytes_after_the_header_s_last_field_are_caught()
    {
        var bytes = Changed(_intact[0], header => [.. header, 0]);

        Assert.Contains(
            "longer than it says", Assert.Throws<CodeFileException>(() => CodeFile.Read(new MemoryStream(bytes), "long")).Message);
    }

    [Fact]
    public void Files_of_earlier_versions_name_the_program_that_reads_them()
    {
        var bytes = (byte[])_intact[0].Clone();
        bytes[8] = 2;

        Assert.Contains(
            "commit 792c53b reads those before", Assert.Throws<CodeFileException>(() => CodeFile.Read(new MemoryStream(bytes), "old")).Message);
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
                return OtherNumber(bytes, random);
            default:
                Array.Clear(bytes, at, bytes.Length - at);
                return bytes;
        }
    }

    // One number of the header becomes another.
    private static byte[] OtherNumber(byte[] bytes, Random random)
    {
        int[] numbers = [0, -1, 1, 64, 4096, 65536, int.MaxValue, int.MinValue];
        var number = numbers[random.Next(numbers.Length)];
        return WithHeader(bytes, header => random.Next(8) switch
        {
            0 => header with { Length = number },
            1 => header with { Layout = header.Layout with { SegmentFrames = number } },
            2 => header with { Layout = header.Layout with { Channels = number } },
            3 => header with { ListedContexts = number },
            4 => header with { Layers = [.. header.Layers.Select(layer => layer with { Events = number })] },
            5 => header with { Numbers = header.Numbers is { } scales ? scales with { Steps = [.. scales.Steps.Select(_ => number)] } : null },
            6 => header with { CountsEvents = !header.CountsEvents },
            _ => header with { Details = header.Details is { } scales ? scales with { Centres = [.. scales.Centres.Select(_ => number)] } : null },
        });
    }

    private static byte[] WithHeader(byte[] bytes, Func<CodeHeader, CodeHeader> change) => Changed(bytes, header =>
    {
        try
        {
            return change(CodeHeader.Parse(header)).ToBytes();
        }
        catch (FormatException)
        {
            return header;
        }
    });

    private static byte[] Changed(byte[] bytes, Func<byte[], byte[]> change)
    {
        if (bytes.Length < HeaderAt) return bytes;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(HeaderAt - 4));
        if (length > bytes.Length - HeaderAt) return bytes;
        var header = change(bytes[HeaderAt..(HeaderAt + (int)length)]);
        byte[] changed = [.. bytes[..HeaderAt], .. header, .. bytes[(HeaderAt + (int)length)..]];
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(HeaderAt - 4), header.Length);
        return Resealed(changed);
    }

    // The checksums of the header and of every layer, as far as the lengths that are written lead.
    private static byte[] Resealed(byte[] bytes)
    {
        for (int start = 0, lengthAt = HeaderAt - 4; lengthAt + 4 <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(lengthAt));
            if (length > bytes.Length - lengthAt - 4 - CrcBytes) break;
            var end = lengthAt + 4 + (int)length;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(end), Crc32.HashToUInt32(bytes.AsSpan(start, end - start)));
            start = lengthAt = end + CrcBytes;
        }

        return bytes;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;
}
