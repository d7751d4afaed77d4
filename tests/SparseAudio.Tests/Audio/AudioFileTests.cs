using SparseAudio.Audio;
using Xunit;

namespace SparseAudio.Tests.Audio;

public sealed class AudioFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1, 8, false, 0.01)]
    [InlineData(1, 16, false, 1e-4)]
    [InlineData(1, 24, false, 1e-6)]
    [InlineData(1, 32, false, 1e-7)]
    [InlineData(3, -32, false, 1e-7)]
    [InlineData(3, -64, false, 1e-7)]
    [InlineData(1, 16, true, 1e-4)]
    [InlineData(1, 24, true, 1e-6)]
    [InlineData(3, -32, true, 1e-7)]
    public void Every_kind_of_wav_sample_is_read(int tag, int bits, bool extensible, double tolerance)
    {
        var wav = new WavBytes { Tag = tag, Bits = Math.Abs(bits), Extensible = extensible, Data = WavBytes.Tone(bits, 1000) };

        var clip = AudioFile.Read(_folder.Write("tone.wav", wav.Build()));

        Assert.Equal("tone", clip.Name);
        Assert.Equal(22050, clip.SampleRate);
        Assert.Equal(1000, clip.Samples.Length);
        for (var i = 0; i < 1000; i++)
            Assert.Equal(0.5 * Math.Sin(2 * Math.PI * 440 * i / 22050), clip.Samples[i], tolerance);
    }

    [Fact]
    public void Twenty_bits_in_a_container_of_24_are_left_justified()
    {
        var wav = new WavBytes { Bits = 20, SampleBytes = 3, Extensible = true, Data = WavBytes.Tone(24, 100) };

        var clip = AudioFile.Read(_folder.Write("tone.wav", wav.Build()));

        Assert.Equal(0.5 * Math.Sin(2 * Math.PI * 440 * 7 / 22050), clip.Samples[7], 1e-6);
    }

    [Fact]
    public void Channels_are_averaged()
    {
        byte[] frame = [.. WavBytes.Sample(16, 0.5), .. WavBytes.Sample(16, -0.25), .. WavBytes.Sample(16, 0.125)];
        var wav = new WavBytes { Channels = 3, Data = [.. Enumerable.Repeat(frame, 10).SelectMany(x => x)] };

        var clip = AudioFile.Read(_folder.Write("three.wav", wav.Build()));

        Assert.Equal(10, clip.Samples.Length);
        Assert.All(clip.Samples, x => Assert.Equal(0.125, x, 1e-4));
    }

    [Theory]
    [InlineData("violin.flac", 50)]
    [InlineData("violin.ogg", 20)]
    [InlineData("violin.mp3", 20)]
    public void A_compressed_recording_is_the_original_again(string name, double signalToError)
    {
        var clip = AudioFile.Read(Fixture(name));

        var original = AudioFile.Read(Repository.Path("data", "test", "bach-violin-sonata-2-allegro-violin-minji-kim.flac"));
        var expected = original.Slice(5 * 22050, 22050).Samples.Select(x => 0.6f * x).ToArray();
        Assert.InRange(clip.Samples.Length, expected.Length, expected.Length + 1);
        var error = expected.Zip(clip.Samples, (x, y) => (double)(x - y)).ToArray();

        // The ends differ: the excerpt was cut before it was resampled.
        var inner = 500..^500;
        Assert.True(Decibel(expected[inner], error[inner]) > signalToError, $"{Decibel(expected[inner], error[inner]):F1} dB");
    }

    [Theory]
    [InlineData("violin.flac")]
    [InlineData("violin.ogg")]
    [InlineData("violin.mp3")]
    public void Any_part_in_any_order_is_the_same_part_of_the_whole(string name)
    {
        var whole = AudioFile.Read(Fixture(name)).Samples;
        using var recording = Recording.Open(Fixture(name));
        var part = new float[3000];

        foreach (var start in new[] { 12345, 3, 19000, 17000, 12345, 0 })
        {
            recording.Read(start, part);

            var error = part.Zip(whole.Skip(start), (x, y) => (double)(x - y)).ToArray();
            Assert.True(error.Max(Math.Abs) < 1e-5, $"{name} at {start}: {error.Max(Math.Abs)}");
        }
    }

    [Fact]
    public void A_written_clip_is_read_back_within_half_a_step_and_clipping_is_counted()
    {
        var path = _folder.File("out.wav");
        float[] samples = [0, 0.5f, -1, 1, 1.5f, -2, 0.1f];

        var clipped = AudioFile.WriteWav(path, new AudioClip(samples, 44100));

        Assert.Equal(2, clipped);
        var back = AudioFile.Read(path, 44100);
        Assert.All(back.Samples.Zip(samples), x => Assert.Equal(Math.Clamp(x.Second, -1, 1), x.First, 1.01f / 32768));
        Assert.Equal(["out.wav"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Writing_spares_existing_files_and_leaves_nothing_half_written()
    {
        var path = _folder.Write("out.wav", [1, 2, 3]);
        var clip = new AudioClip([0.5f], 22050);

        Assert.Contains("exists", Assert.Throws<AudioFileException>(() => AudioFile.WriteWav(path, clip)).Message);
        Assert.Throws<AudioFileException>(() => AudioFile.WriteWav(_folder.File("no/such/folder.wav"), clip));
        Assert.Throws<AudioFileException>(() => AudioFile.WriteWav(path, new AudioClip([float.NaN], 22050), overwrite: true));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private static string Fixture(string name) => Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures", name);

    private static double Decibel(float[] signal, double[] error) =>
        10 * Math.Log10(signal.Sum(x => (double)x * x) / error.Sum(x => x * x));
}
