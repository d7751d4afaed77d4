using SparseAudio.IO.SafeTensors;
using Xunit;

namespace SparseAudio.Tests.IO.SafeTensors;

/// <summary>
/// Random damage to good files: the reader either refuses with its one exception or returns tensors that lie within the
/// file. <c>SPARSEAUDIO_FUZZ</c> sets the number of mutations, <c>SPARSEAUDIO_FUZZ_SEED</c> the seed.
/// </summary>
public sealed class SafeTensorsFuzzTests
{
    private static readonly string[] _tokens =
        ["{", "}", "[", "]", ":", ",", "\"", "0", "-1", "1e9", "9223372036854775807", "99999999999999999999", "null", "\"F64\"", "\"shape\"",
            "\\u0000", "\\ud800", " ", "\"__metadata__\":{", "\"a\":"];

    [Fact]
    public void Damaged_files_are_refused_or_read_within_their_bounds()
    {
        var count = Setting("SPARSEAUDIO_FUZZ", 8000);
        var random = new Random(Setting("SPARSEAUDIO_FUZZ_SEED", 20240607));
        using var folder = new TemporaryFolder();
        var path = folder.File("fuzzed");
        byte[][] seeds =
        [
            SafeTensorsBytes.PythonFixture(),
            SafeTensorsBytes.File("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"I64","shape":[1,1],"data_offsets":[2,10]}}  """, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
            SafeTensorsBytes.File("""{"__metadata__":{"config":"{\"a\":[1,2,{\"b\":3}]}"}}"""),
        ];
        var accepted = 0;
        for (var i = 0; i < count; i++)
        {
            var bytes = Mutated(seeds[random.Next(seeds.Length)], random);
            File.WriteAllBytes(path, bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            accepted += ReadsAll(path) ? 1 : 0;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytes.Length + 64_000_000);
        }

        // Damage in the tensors' bytes or in a name is no damage to the format; everything else must have been noticed.
        Assert.InRange(accepted, 1, count / 2);
    }

    private static bool ReadsAll(string path)
    {
        try
        {
            using var file = SafeTensorsFile.Open(path);
            foreach (var entry in file.Entries)
                file.Read(entry, new byte[entry.ByteCount]);

            return true;
        }
        catch (SafeTensorsException)
        {
            return false;
        }
    }

    private static byte[] Mutated(byte[] source, Random random)
    {
        List<byte> bytes = [.. source];
        var changes = random.Next(1, 5);
        for (var i = 0; i < changes; i++)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at - 1, random.Next(1, 16)));
                    break;
                case 3:
                    bytes.InsertRange(at, System.Text.Encoding.UTF8.GetBytes(_tokens[random.Next(_tokens.Length)]));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 64))));
                    break;
                default:
                    bytes[random.Next(Math.Min(8, bytes.Count))] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }

    private static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : standard;
}
