using SparseAudio.Audio;
using SparseAudio.Data;
using SparseAudio.Tests.Audio;
using Xunit;

namespace SparseAudio.Tests.Data;

public sealed class SegmentDatasetTests : IDisposable
{
    private const int Short = 2000;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_shipped_recordings_make_normalised_segments()
    {
        using var source = SegmentDataset.Open(CopyOfShipped());

        var segments = Enumerable.Range(0, 20).Select(step => source.Next(1, step, 0)).ToList();

        Assert.Equal(5, source.Files.Count);
        Assert.Empty(source.Skipped);
        Assert.All(segments, segment => Assert.Equal(32768, segment.Samples.Length));
        Assert.All(segments, segment => Assert.Equal(1, Math.Abs(segment.Samples.Max()), 1e-6f));
        Assert.True(segments.Select(segment => segment.Path).Distinct().Count() > 2);
    }

    [Fact]
    public void A_segment_is_what_the_whole_recording_has_at_its_place()
    {
        CopyOfShipped();
        CopyFixtures();
        using var source = SegmentDataset.Open(_folder.Path, Short, new SegmentOptions { Normalize = false });
        var whole = source.Files.ToDictionary(file => file.Path, file => AudioFile.Read(_folder.File(file.Path)).Samples);
        var seen = new HashSet<string>();

        for (var step = 0; seen.Count < whole.Count && step < 5000; step++)
        {
            var segment = source.Next(7, step, 0);
            seen.Add(segment.Path);
            var error = segment.Samples.Zip(whole[segment.Path].Skip((int)segment.Start), (x, y) => Math.Abs(x - y)).Max();
            Assert.True(error < 1e-5, $"{segment.Path} at {segment.Start}: {error}");
        }

        Assert.Equal(8, seen.Count);
    }

    [Fact]
    public void Choice_and_order_depend_on_seed_step_and_item_only()
    {
        CopyFixtures();
        using var first = SegmentDataset.Open(_folder.Path, Short);
        using var second = SegmentDataset.Open(_folder.Path, Short);
        _ = second.Next(5, 5, 5);

        var places = new HashSet<(string, long)>();
        foreach (var (seed, step, item) in new[] { (0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (-1, 0, 0), (0, 1L << 40, 0) })
        {
            var segment = first.Next(seed, step, item);
            var again = second.Next(seed, step, item);
            Assert.Equal((segment.Path, segment.Start), (again.Path, again.Start));
            Assert.Equal(segment.Samples, again.Samples);
            places.Add((segment.Path, segment.Start));
        }

        Assert.Equal(6, places.Count);
    }

    [Fact]
    public void Every_place_of_the_collection_is_equally_likely()
    {
        _folder.Write("a.wav", Wav(3 * Short));
        _folder.Write("b/b.wav", Wav(11 * Short));
        using var source = SegmentDataset.Open(_folder.Path, Short);

        var segments = Enumerable.Range(0, 2000).Select(step => source.Next(3, step, 0)).ToList();

        // 2 of 12 places lie in a: 333 expected, standard deviation 17.
        Assert.InRange(segments.Count(segment => segment.Path == "a.wav"), 250, 416);
        Assert.InRange(segments.Where(segment => segment.Path == "b/b.wav").Average(segment => segment.Start), 4.7 * Short, 5.3 * Short);
        Assert.All(segments, segment => Assert.InRange(segment.Start, 0, 10 * Short));
    }

    [Fact]
    public void Silent_segments_are_passed_over()
    {
        var sound = WavBytes.Tone(16, 3 * Short);
        _folder.Write("mostly-silent.wav", new WavBytes { Data = [.. new byte[20 * Short], .. sound] }.Build());
        using var source = SegmentDataset.Open(_folder.Path, Short);

        Assert.All(Enumerable.Range(0, 200), step => Assert.Contains(source.Next(0, step, 0).Samples, x => x != 0));
    }

    [Fact]
    public void What_is_damaged_or_short_is_counted_and_named_in_one_line()
    {
        for (var i = 0; i < 20; i++)
            _folder.Write($"good{i}.wav", Wav(2 * Short));

        _folder.Write("words.wav", "words"u8.ToArray());
        _folder.Write("nothing.wav", []);
        _folder.Write(
            "nan.wav", new WavBytes { Tag = 3, Bits = 32, Data = [.. WavBytes.Tone(-32, Short), .. WavBytes.Sample(-32, double.NaN)] }.Build());
        _folder.Write("short.wav", Wav(100));
        _folder.Write("cut.wav", Wav(4 * Short)[..^3000]);
        _folder.Write("folder.wav/inside.wav", Wav(2 * Short));
        _folder.Write("notes.txt", [1]);

        using var source = SegmentDataset.Open(_folder.Path, Short);

        Assert.Equal(22, source.Files.Count);
        Assert.Equal(["folder.wav", "nan.wav", "nothing.wav", "short.wav", "words.wav"], source.Skipped.Select(file => file.Path).Order(
            StringComparer.Ordinal));
        Assert.DoesNotContain('\n', source.Summary);
        Assert.Contains("1 used in part: cut.wav (truncated", source.Summary);
        Assert.Contains("5 skipped", source.Summary);
        Assert.Contains("nan.wav (byte 8044: a sample is NaN, full scale is 1)", source.Summary);
        Assert.Contains("short.wav (0.00 s, shorter than a segment of 0.09 s)", source.Summary);
    }

    [Fact]
    public void Too_much_damage_stops_and_says_so()
    {
        _folder.Write("good.wav", Wav(2 * Short));
        _folder.Write("bad.wav", [1]);

        var error = Assert.Throws<AudioFileException>(() => SegmentDataset.Open(_folder.Path, Short));

        Assert.Contains("1 of 2 recordings cannot be used, more than 25%: bad.wav (byte 0: not a WAV", error.Message.Replace(" %", "%"));
        using var tolerant = SegmentDataset.Open(_folder.Path, Short, new SegmentOptions { MaxDamagedShare = 0.5 });
        Assert.Single(tolerant.Files);
    }

    [Fact]
    public void Missing_and_empty_folders_and_folders_of_short_clips_are_errors()
    {
        Assert.Contains("no such folder", Assert.Throws<AudioFileException>(() => SegmentDataset.Open(_folder.File("missing"))).Message);
        Assert.Contains("no recordings (.wav", Assert.Throws<AudioFileException>(() => SegmentDataset.Open(_folder.Path)).Message);

        _folder.Write("short.wav", Wav(100));

        Assert.Contains("short.wav (0.00 s, shorter", Assert.Throws<AudioFileException>(() => SegmentDataset.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Links_in_a_circle_end_and_are_named()
    {
        _folder.Write("music/a.wav", Wav(2 * Short));
        Directory.CreateSymbolicLink(_folder.File("music/again"), _folder.Path);
        Directory.CreateSymbolicLink(_folder.File("music/self"), _folder.File("music/self"));
        File.CreateSymbolicLink(_folder.File("music/dead.wav"), _folder.File("gone.wav"));
        File.CreateSymbolicLink(_folder.File("music/b.wav"), _folder.File("music/a.wav"));

        using var source = SegmentDataset.Open(_folder.Path, Short, new SegmentOptions { MaxDamagedShare = 1 });

        Assert.Equal(["music/a.wav", "music/b.wav"], source.Files.Select(file => file.Path));
        Assert.Equal(["music/again", "music/dead.wav", "music/self"], source.Skipped.Select(file => file.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_that_vanishes_or_breaks_during_training_is_reported_once_and_the_rest_goes_on()
    {
        _folder.Write("a.wav", Wav(20 * Short));
        _folder.Write("b.wav", Wav(20 * Short));
        _folder.Write("c.wav", Wav(20 * Short));
        var warnings = new List<string>();
        using var source = SegmentDataset.Open(_folder.Path, Short, new SegmentOptions { Warn = warnings.Add });
        File.Delete(_folder.File("a.wav"));
        _folder.Write("b.wav", Wav(2 * Short));

        var segments = Enumerable.Range(0, 100).Select(step => source.Next(0, step, 0)).ToList();

        Assert.DoesNotContain(segments, segment => segment.Path == "a.wav");
        Assert.Equal(["a.wav", "b.wav"], source.Failures.Keys.Order());
        Assert.Equal(2, warnings.Count);
        Assert.Contains("no such file", string.Join(' ', warnings));

        File.Delete(_folder.File("b.wav"));
        using var fresh = SegmentDataset.Open(_folder.Path, Short);
        File.Delete(_folder.File("c.wav"));
        Assert.Contains("could not be read", Assert.Throws<AudioFileException>(() => fresh.Next(0, 0, 0)).Message);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Wav(int samples) => new WavBytes { Data = WavBytes.Tone(16, samples) }.Build();

    private string CopyOfShipped()
    {
        foreach (var path in File.ReadLines(Repository.Path("data", "test-five.txt")).Select(file => Repository.Path("data", file)))
            File.Copy(path, _folder.File(Path.GetFileName(path)));

        return _folder.Path;
    }

    private void CopyFixtures()
    {
        foreach (var path in Directory.GetFiles(Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures"), "violin.*"))
            File.Copy(path, _folder.File(Path.GetFileName(path)));
    }
}
