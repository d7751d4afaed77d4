using SparseAudio.Audio;
using Xunit;

namespace SparseAudio.Tests.Audio;

public sealed class DamagedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private static readonly byte[] _tone = WavBytes.Tone(16, 1000);

    public static TheoryData<string, byte[], string> Refused => new()
    {
        { "no bytes", [], "empty" },
        { "text", "This is not audio at all, just words."u8.ToArray(), "not a WAV" },
        { "two bytes", [1, 2], "not a WAV" },
        { "RIFF only", "RIFF\0\0\0\0WAVE"u8.ToArray(), "no fmt and no data chunk" },
        { "0 channels", new WavBytes { Channels = 0, SampleBytes = 2, Data = _tone }.Build(), "(byte 22): 0 channels" },
        { "65 channels", new WavBytes { Channels = 65, Data = _tone }.Build(), "(byte 22): 65 channels" },
        { "rate 0", new WavBytes { Rate = 0, Data = _tone }.Build(), "(byte 24): a sample rate of 0 Hz" },
        { "rate 2 GHz", new WavBytes { Rate = 2_000_000_000, SampleBytes = 1, Data = _tone }.Build(), "a sample rate of 2000000000 Hz" },
        { "0 bits", new WavBytes { Bits = 0, Data = _tone }.Build(), "(byte 20): format 1 with 0 bits" },
        { "64-bit integers", new WavBytes { Bits = 64, Data = _tone }.Build(), "format 1 with 64 bits" },
        { "A-law", new WavBytes { Tag = 6, Bits = 8, Data = _tone }.Build(), "format 6" },
        { "frames of 0 bytes", new WavBytes { SampleBytes = 0, Data = _tone }.Build(), "frames of 0 bytes" },
        { "no samples", new WavBytes().Build(), "holds no samples" },
        { "half a sample", new WavBytes { Data = [1] }.Build(), "holds no samples" },
        { "data before fmt", [.. "RIFF\0\0\0\0WAVE"u8, .. WavBytes.Chunk("data", _tone)], "no fmt chunk before" },
        { "short fmt", [.. "RIFF\0\0\0\0WAVE"u8, .. WavBytes.Chunk("fmt ", new byte[8])], "less than 16" },
        { "thousands of chunks", [.. "RIFF\0\0\0\0WAVE"u8, .. Enumerable.Repeat(WavBytes.Chunk("junk", []), 5000).SelectMany(x => x)],
            "chunks and no samples" },
        { "extensible without sub-format", Change(new WavBytes { Extensible = true, Data = _tone }.Build(), 50, 0xFF), "sub-format" },
        { "infinite samples",
            new WavBytes { Tag = 3, Bits = 32, Data = [.. WavBytes.Sample(-32, 0.5), .. WavBytes.Sample(-32, double.PositiveInfinity)] }.Build(),
            "(byte 48): a sample is" },
        { "not a number",
            new WavBytes { Tag = 3, Bits = 64, Data = [.. WavBytes.Sample(-64, 0.5), .. WavBytes.Sample(-64, double.NaN)] }.Build(),
            "(byte 52): a sample is NaN" },
        { "FLAC without a body", "fLaC\0\0\0\x22"u8.ToArray(), "not a readable FLAC file" },
        { "MP3 tag only", "ID3\x04\0\0\0\0\0\0"u8.ToArray(), "MP3" },
        { "Ogg without a body", "OggS\0\x02"u8.ToArray(), "not a readable Ogg file" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_read_is_refused_with_the_place_and_the_reason(string name, byte[] content, string reason)
    {
        var path = _folder.Write(name + ".wav", content);

        var error = Assert.Throws<AudioFileException>(() => AudioFile.Read(path));

        Assert.Equal(path, error.Path);
        Assert.StartsWith($"'{path}'", error.Message);
        Assert.Contains(reason, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Of_a_cut_off_file_what_is_there_is_used_with_a_warning()
    {
        var whole = new WavBytes { Data = _tone }.Build();

        var (clip, warnings) = Read(_folder.Write("cut.wav", whole[..^501]));

        Assert.Equal(749, clip.Samples.Length);
        Assert.Contains("truncated: 1499 of 2000 bytes", Assert.Single(warnings));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(0xFFFFFFFFu)]
    public void The_rest_of_an_unfinished_recording_is_its_samples(uint claimed)
    {
        var (clip, warnings) = Read(_folder.Write("live.wav", new WavBytes { Data = _tone, ClaimedDataSize = claimed }.Build()));

        Assert.Equal(1000, clip.Samples.Length);
        Assert.Contains("unfinished recording", Assert.Single(warnings));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Odd_chunks_are_passed_with_and_without_their_padding(bool padded)
    {
        var wav = new WavBytes { Between = WavBytes.Chunk("LIST", [1, 2, 3], padded), Data = _tone };

        var (clip, warnings) = Read(_folder.Write("odd.wav", wav.Build()));

        Assert.Equal(1000, clip.Samples.Length);
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("violin.flac", 0.4)]
    [InlineData("violin.ogg", 0.3)]
    [InlineData("violin.mp3", 0.4)]
    public void Of_a_cut_off_compressed_file_the_beginning_is_used(string name, double least)
    {
        var content = File.ReadAllBytes(Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures", name));

        var (clip, _) = Read(_folder.Write(name, content[..(content.Length * 2 / 3)]));

        Assert.InRange(clip.DurationSeconds, least, 0.99);
    }

    [Theory]
    [InlineData("violin.flac")]
    [InlineData("violin.mp3")]
    public void A_cut_off_file_that_stores_its_length_says_so(string name)
    {
        var content = File.ReadAllBytes(Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures", name));

        var (_, warnings) = Read(_folder.Write(name, content[..(content.Length * 2 / 3)]));

        Assert.Contains("of 44100 frames can be decoded", Assert.Single(warnings));
    }

    [Fact]
    public void Folders_missing_files_and_dead_links_are_named()
    {
        Directory.CreateDirectory(_folder.File("folder.wav"));
        File.CreateSymbolicLink(_folder.File("loop.wav"), _folder.File("loop.wav"));

        Assert.Contains("a folder", Assert.Throws<AudioFileException>(() => AudioFile.Read(_folder.File("folder.wav"))).Message);
        Assert.Contains("no such file", Assert.Throws<AudioFileException>(() => AudioFile.Read(_folder.File("missing.wav"))).Message);
        Assert.Contains("'" + _folder.File("loop.wav"), Assert.Throws<AudioFileException>(() => AudioFile.Read(_folder.File("loop.wav"))).Message);
    }

    public void Dispose() => _folder.Dispose();

    private static (AudioClip Clip, List<string> Warnings) Read(string path)
    {
        var warnings = new List<string>();
        return (AudioFile.Read(path, warn: warnings.Add), warnings);
    }

    private static byte[] Change(byte[] content, int at, byte value)
    {
        content[at] = value;
        return content;
    }

    [Fact]
    public void Samples_far_beyond_full_scale_are_refused_with_their_place()
    {
        var floats = new float[200];
        floats[50] = 3e30f;
        var path = _folder.Write("loud.wav", new WavBytes { Tag = 3, Bits = 32, Data = System.Runtime.InteropServices.MemoryMarshal.AsBytes(floats.AsSpan()).ToArray() }.Build());

        var error = Assert.Throws<AudioFileException>(() => AudioFile.Read(path));

        Assert.StartsWith($"'{path}' (byte 244): a sample is 3E+30, full scale is 1", error.Message);
    }

    [Fact]
    public void A_bw64_file_is_a_wav_file()
    {
        var wav = new WavBytes { Data = WavBytes.Tone(16, 300) }.Build();

        var clip = AudioFile.Read(_folder.Write("bw.wav", [.. "BW64"u8, .. wav[4..]]));

        Assert.Equal(AudioFile.Read(_folder.Write("riff.wav", wav)).Samples, clip.Samples);
    }
}
