using System.Diagnostics;
using SparseAudio.Audio;
using Xunit;

namespace SparseAudio.Tests.Audio;

/// <summary>
/// More than 200 odd sound files, made here: every storage that WAV has and some that it has not, headers that lie, files cut anywhere.
/// Each is read, or refused with its name, within 5 s and little memory.
/// </summary>
public sealed class OddSoundFileTests : IDisposable
{
    private const long AllowedBytes = 64_000_000;
    private const int Frames = 500;
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(5);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_is_read_or_refused()
    {
        var files = Stored().Concat(Lying()).Concat(Cut()).Concat(Disguised()).ToList();
        var read = files.Count(file => IsRead(file.Name, file.Content));

        Assert.InRange(files.Count, 200, 1000);
        Assert.InRange(read, 60, files.Count - 60);
    }

    private bool IsRead(string name, byte[] content)
    {
        var path = _folder.Write(name, content);
        var (clock, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        try
        {
            var clip = AudioFile.Read(path);
            Assert.All(clip.Samples, sample => Assert.True(float.IsFinite(sample), name));
            return true;
        }
        catch (AudioFileException error)
        {
            Assert.StartsWith($"'{path}'", error.Message);
            return false;
        }
        finally
        {
            Assert.True(clock.Elapsed < _soon, $"{name}: {clock.Elapsed}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllowedBytes);
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Stored()
    {
        foreach (var (tag, bits) in new[] { (1, 8), (1, 12), (1, 16), (1, 20), (1, 24), (1, 32), (3, 32), (3, 64), (2, 4), (6, 8), (7, 8), (1, 0), (1, 64), (3, 16) })
        {
            foreach (var channels in new[] { 1, 2, 6, 64, 65 })
            {
                foreach (var rate in new[] { 8000, 44100 })
                {
                    var data = Enumerable.Range(0, Frames * channels * ((bits + 7) / 8)).Select(i => (byte)(i * 7)).ToArray();
                    if (tag == 3) Array.Clear(data);
                    yield return ($"stored-{tag}-{bits}-{channels}-{rate}.wav", new WavBytes
                    {
                        Tag = tag,
                        Bits = bits,
                        Channels = channels,
                        Rate = rate,
                        Extensible = rate == 8000,
                        Data = data,
                    }.Build());
                }
            }
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Lying()
    {
        var tone = WavBytes.Tone(16, Frames);
        foreach (var rate in new[] { 0, 1, 999, 1000, 768_000, 768_001, int.MaxValue }) yield return ($"rate-{rate}.wav", new WavBytes { Rate = rate, Data = tone }.Build());
        foreach (var size in new uint[] { 0, 1, 3, 999, 1001, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF })
            yield return ($"size-{size}.wav", new WavBytes { ClaimedDataSize = size, Data = tone }.Build());
        foreach (var bytes in new[] { 0, 1, 3, 5, 255 }) yield return ($"frame-{bytes}.wav", new WavBytes { SampleBytes = bytes, Data = tone }.Build());
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, 3e38f, 1e7f, 1e5f, float.Epsilon })
            yield return ($"float-{value}.wav", new WavBytes { Tag = 3, Bits = 32, Data = [.. new byte[400], .. BitConverter.GetBytes(value)] }.Build());
        for (var length = 0; length < 6; length++) yield return ($"between-{length}.wav", new WavBytes { Between = WavBytes.Chunk("junk", new byte[length], pad: length % 3 != 0), Data = tone }.Build());
    }

    private static IEnumerable<(string Name, byte[] Content)> Cut()
    {
        foreach (var kind in new[] { "flac", "ogg", "mp3" })
        {
            var whole = File.ReadAllBytes(Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures", "short." + kind));
            for (var part = 0; part <= 12; part++) yield return ($"cut-{part}.{kind}", whole[..(part * whole.Length / 12)]);
            yield return ($"twice.{kind}", [.. whole, .. whole]);
            yield return ($"tail.{kind}", [.. whole, .. new byte[1000]]);
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Disguised()
    {
        foreach (var start in new[] { "", "RIFF", "RIFFxxxxWAVE", "RF64xxxxWAVE", "BW64xxxxWAVE", "fLaC", "OggS", "ID3", "ID3\u0004", "MThd", "{}", "\u00FF\u00FB" })
            foreach (var extension in new[] { "wav", "flac", "mp3" })
                yield return ($"only-{start.Length}-{start.Sum(c => c)}.{extension}", System.Text.Encoding.Latin1.GetBytes(start + new string('\0', 40)));
    }
}
