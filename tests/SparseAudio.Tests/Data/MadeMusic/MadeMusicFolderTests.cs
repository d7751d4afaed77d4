using SparseAudio.Audio;
using SparseAudio.Data.MadeMusic;
using SparseAudio.Data.Notes;
using Xunit;

namespace SparseAudio.Tests.Data.MadeMusic;

public sealed class MadeMusicFolderTests : IDisposable
{
    private static readonly MadeMusicOptions _options = new() { Hours = 8 * 6 / 3600.0, ClipSeconds = 6, Seed = 5, SoundFonts = [] };
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_piece_is_a_recording_with_labels_and_a_midi_file_of_the_same_notes()
    {
        var summary = MadeMusicFolder.Make(_folder.Path, _options);

        Assert.Equal((8, 0, 48), (summary.Made, summary.Kept, summary.Seconds));
        Assert.Equal(8 * 3 + 1, Directory.GetFiles(_folder.Path).Length);
        var total = 0;
        foreach (var sound in Directory.GetFiles(_folder.Path, "*.wav"))
        {
            var clip = AudioFile.Read(sound);
            var labels = NoteLabels.Read(Path.ChangeExtension(sound, ".csv"));
            var midi = NoteLabels.Read(Path.ChangeExtension(sound, ".mid"));
            Assert.Equal(6 * 22050, clip.Samples.Length);
            Assert.InRange(clip.Samples.Max(x => Math.Abs(x)), 0.2f, 0.9f);
            Assert.Equal(labels.Count, midi.Count);
            foreach (var (label, note) in Sorted(labels).Zip(Sorted(midi)))
            {
                Assert.Equal(label.OnsetSeconds, note.OnsetSeconds, 1e-4);
                Assert.Equal(label.OffsetSeconds, note.OffsetSeconds, 1e-4);
                Assert.Equal(label.Pitch, note.Pitch, 1e-4);
                Assert.Equal((label.Program, label.Velocity), (note.Program, note.Velocity));
            }

            total += labels.Count;
        }

        Assert.Equal(summary.Notes, total);
    }

    [Fact]
    public void The_same_settings_make_the_same_bytes_however_many_workers_there_are()
    {
        using var other = new TemporaryFolder();
        MadeMusicFolder.Make(_folder.Path, _options with { Workers = 1 });
        MadeMusicFolder.Make(other.Path, _options with { Workers = 4 });

        foreach (var file in Directory.GetFiles(_folder.Path))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(other.File(Path.GetFileName(file))));

        Assert.NotEqual(MadeClip.Make(_options, 0).Audio.Samples, MadeClip.Make(_options with { Seed = 6 }, 0).Audio.Samples);
        Assert.Equal(MadeClip.Make(_options, 3).Notes, MadeClip.Make(_options, 3).Notes);
    }

    [Fact]
    public void What_is_there_and_intact_is_kept_and_the_rest_is_made_again()
    {
        MadeMusicFolder.Make(_folder.Path, _options with { Hours = 5 * 6 / 3600.0 });
        var before = Directory.GetFiles(_folder.Path).ToDictionary(file => file, File.ReadAllBytes);
        File.Delete(_folder.File("00000.csv"));
        using (var stream = File.OpenWrite(_folder.File("00001.wav")))
            stream.SetLength(5000);

        File.AppendAllText(_folder.File("00002.csv"), "1,2,60,0,80\n");
        File.WriteAllText(_folder.File(".00007.wav.1.x.part"), "left by a killed program");

        var summary = MadeMusicFolder.Make(_folder.Path, _options);

        Assert.Equal((6, 2), (summary.Made, summary.Kept));
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
        Assert.Empty(Directory.GetFiles(_folder.Path, ".*"));
    }

    [Fact]
    public void Stopped_it_leaves_complete_files_and_goes_on_later()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => MadeMusicFolder.Make(_folder.Path, _options with { Workers = 2 }, done =>
        {
            if (done > 0.3)
                stop.Cancel();
        }, stop.Token));

        var complete = Directory.GetFiles(_folder.Path, "*.csv").Length;
        Assert.InRange(complete, 3, 7);
        Assert.All(Directory.GetFiles(_folder.Path, "*.csv"), file => Assert.Equal(6 * 22050, AudioFile.Read(Path.ChangeExtension(file, ".wav")).Samples.Length));
        var summary = MadeMusicFolder.Make(_folder.Path, _options);
        Assert.Equal((8 - complete, complete), (summary.Made, summary.Kept));
    }

    [Theory]
    [InlineData("other settings", 6, 6)]
    [InlineData("ClipSeconds", 5, 1)]
    public void Other_settings_in_the_same_folder_and_impossible_ones_are_refused(string reason, long seed, double seconds)
    {
        MadeMusicFolder.Make(_folder.Path, _options with { Hours = 6 / 3600.0 });

        var error = Assert.Throws<MadeMusicException>(() => MadeMusicFolder.Make(_folder.Path, _options with { Seed = seed, ClipSeconds = seconds }));

        Assert.Contains(reason, error.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<NoteLabel> Sorted(IEnumerable<NoteLabel> notes) => notes.OrderBy(note => (Math.Round(note.OnsetSeconds, 2), note.Pitch));
}
