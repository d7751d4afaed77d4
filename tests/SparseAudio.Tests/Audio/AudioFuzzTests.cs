using System.Diagnostics;
using SparseAudio.Audio;
using Xunit;

namespace SparseAudio.Tests.Audio;

/// <summary>
/// Random damage to good files: reading either works or ends with the one exception, soon and without large allocations.
/// <c>SPARSEAUDIO_FUZZ</c> sets the number of mutations of each kind, <c>SPARSEAUDIO_FUZZ_SEED</c> the seed.
/// </summary>
public sealed class AudioFuzzTests
{
    private const int HeaderBytes = 128;
    private const long AllowedBytes = 64_000_000;

    // Native memory is seen through the process only, to which other tests add their own meanwhile.
    private const long AllowedGrowth = 1_000_000_000;

    // No single file takes a tenth of this even on a busy machine; a hang takes longer.
    private static readonly TimeSpan _hang = TimeSpan.FromMinutes(2);
    private static readonly uint[] _oddNumbers = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    [Theory]
    [InlineData("wav")]
    [InlineData("flac")]
    [InlineData("ogg")]
    public async Task Damaged_files_are_read_or_refused(string kind)
    {
        var count = Setting("SPARSEAUDIO_FUZZ", 4000);
        var seed = Setting("SPARSEAUDIO_FUZZ_SEED", 20240607);
        var random = new Random(seed);
        var good = kind == "wav" ? WavSeeds() : [File.ReadAllBytes(Fixture("short." + kind))];
        using var folder = new TemporaryFolder();
        var path = folder.File("fuzzed");
        var (read, current) = (0, -1);
        var peak = Process.GetCurrentProcess().PeakWorkingSet64;

        var work = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < count; i++)
                {
                    Volatile.Write(ref current, i);
                    read += TryRead(path, Damage(good[i % good.Length], random), $"seed {seed}, mutation {i}") ? 1 : 0;
                }
            },
            TaskCreationOptions.LongRunning);
        for (var last = -2; await Task.WhenAny(work, Task.Delay(_hang)) != work; last = current)
            Assert.True(last != Volatile.Read(ref current), $"{kind}, seed {seed}: mutation {current} hangs");

        await work;

        // Damaged samples are still samples; damaged headers must have been noticed.
        Assert.InRange(read, 1, count - 1);
        var growth = Process.GetCurrentProcess().PeakWorkingSet64 - peak;
        Assert.True(growth <= AllowedGrowth, $"{growth / 1e6:F0} MB more than before");
    }

    private static bool TryRead(string path, byte[] content, string what)
    {
        File.WriteAllBytes(path, content);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var clip = AudioFile.Read(path);
            Assert.All([clip.Samples[0], clip.Samples[^1]], x => Assert.True(float.IsFinite(x), what));
            return true;
        }
        catch (AudioFileException)
        {
            return false;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{what}: {Convert.ToHexString(content[..Math.Min(content.Length, HeaderBytes)])}", e);
        }
        finally
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= content.Length + AllowedBytes, $"{what}: {allocated} bytes were allocated");
        }
    }

    private static byte[][] WavSeeds() =>
    [
        new WavBytes { Data = WavBytes.Tone(16, 300) }.Build(),
        new WavBytes { Bits = 24, Channels = 2, Rate = 48000, Extensible = true, Data = WavBytes.Tone(24, 300) }.Build(),
        new WavBytes { Tag = 3, Bits = 32, Data = WavBytes.Tone(-32, 300), Between = WavBytes.Chunk("LIST", [1, 2, 3, 4]) }.Build(),
        [.. "RF64"u8, 255, 255, 255, 255, .. "WAVE"u8, .. WavBytes.Chunk(
            "ds64", [.. BitConverter.GetBytes(700L), .. BitConverter.GetBytes(600L), .. new byte[12]]),
            .. new WavBytes { Data = WavBytes.Tone(16, 300), ClaimedDataSize = 0xFFFFFFFF }.Build()[12..]],
    ];

    /// <summary>One to four changes, most of them near the beginning, where the headers are.</summary>
    private static byte[] Damage(byte[] good, Random random)
    {
        List<byte> bytes = [.. good];
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 4; changes--)
        {
            var at = random.Next(random.Next(5) > 0 ? Math.Min(bytes.Count, HeaderBytes) : bytes.Count);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    Overwrite(bytes, at, BitConverter.GetBytes(_oddNumbers[random.Next(_oddNumbers.Length)]).AsSpan(0, random.Next(1, 5)));
                    break;
                case 3:
                    Overwrite(bytes, at, BitConverter.GetBytes(random.Next()));
                    break;
                case 4:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 32)));
                    break;
                case 5:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 64))));
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(3) == 0 ? bytes.Count - at : 0);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void Overwrite(List<byte> bytes, int at, ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < value.Length && at + i < bytes.Count; i++)
            bytes[at + i] = value[i];
    }

    private static string Fixture(string name) => Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures", name);

    private static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : standard;
}
