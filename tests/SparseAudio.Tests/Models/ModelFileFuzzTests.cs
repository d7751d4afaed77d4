using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using SparseAudio.IO.SafeTensors;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Workbook;
using SparseAudio.Tests.Codec;
using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Models;

/// <summary>
/// Model files whose configuration and shapes were tampered with: each loads, or is refused, soon and in little memory.
/// <c>SPARSEAUDIO_FUZZ</c> sets how many are tried, <c>SPARSEAUDIO_FUZZ_SEED</c> the seed.
/// </summary>
[Collection("torch")]
public sealed class ModelFileFuzzTests
{
    private const long AllowedGrowth = 512_000_000;
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(5);
    private static readonly string[] _numbers = ["0", "1", "2", "3", "7", "64", "255", "1024", "65536", "16777216", "2147483647", "-1", "1e9"];

    [Fact]
    public void Tampered_files_load_or_are_refused()
    {
        using var folder = new TemporaryFolder();
        using (var model = ModelPreset.Build(SmallModels.WorkbookConfig)) ModelFile.Save(model, folder.File("model.safetensors"));
        using (var detector = new NoteDetector(new NoteDetectorConfig { Width = 4 })) ModelFile.Save(detector, folder.File("notes.safetensors"));
        byte[][] intact = [File.ReadAllBytes(folder.File("model.safetensors")), File.ReadAllBytes(folder.File("notes.safetensors"))];
        var count = Setting("SPARSEAUDIO_FUZZ", 1500);
        var seed = Setting("SPARSEAUDIO_FUZZ_SEED", 20261126);
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            var path = folder.File("tampered.safetensors");
            File.WriteAllBytes(path, Tampered(intact[random.Next(2)], random));
            var (clock, before) = (Stopwatch.StartNew(), Environment.WorkingSet);
            try
            {
                if (i % 2 == 0) ModelFile.Load(path).Dispose();
                else ModelFile.LoadDetector(path).Dispose();
            }
            catch (SafeTensorsException error)
            {
                Assert.StartsWith(path, error.Message);
                refused++;
            }
            catch (Exception error)
            {
                Assert.Fail($"seed {seed}, file {i}: {error}");
            }

            Assert.True(clock.Elapsed < _soon, $"seed {seed}, file {i}: {clock.Elapsed}");
            Assert.True(Environment.WorkingSet - before < AllowedGrowth, $"seed {seed}, file {i}: {(Environment.WorkingSet - before) >> 20} MB");
        }

        Assert.InRange(refused, count / 2, count - 1);
    }

    // Another number or character in the header, whose length is then put right.
    private static byte[] Tampered(byte[] file, Random random)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = new StringBuilder(Encoding.UTF8.GetString(file, 8, length));
        var configAt = header.ToString().IndexOf("__metadata__", StringComparison.Ordinal);
        for (var times = random.Next(1, 3); times > 0; times--)
        {
            var at = random.Next(3) == 0 ? random.Next(header.Length) : Math.Min(header.Length - 1, configAt + random.Next(1200));
            while (at < header.Length - 1 && !char.IsDigit(header[at])) at++;
            var end = at;
            while (end < header.Length - 1 && char.IsDigit(header[end])) end++;
            if (random.Next(8) == 0) header[at] = (char)random.Next(0x20, 0x7F);
            else header.Remove(at, end - at).Insert(at, _numbers[random.Next(_numbers.Length)]);
        }

        var json = Encoding.UTF8.GetBytes(header.ToString());
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. file.AsSpan(8 + length)];
    }

    private static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : standard;
}
