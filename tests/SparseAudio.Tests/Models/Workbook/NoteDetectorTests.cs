using SparseAudio.Data.MadeMusic;
using SparseAudio.Data.Notes;
using SparseAudio.Evaluation.Notes;
using SparseAudio.Models;
using SparseAudio.Models.Workbook;
using SparseAudio.Training;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Models.Workbook;

[Collection("torch")]
public sealed class NoteDetectorTests
{
    private const int Rate = 22050;
    private static readonly NoteDetectorConfig _small = new() { Width = 8 };

    [Fact]
    public void Posteriors_have_a_row_a_frame_and_a_column_a_pitch()
    {
        using var scope = NewDisposeScope();
        using var detector = new NoteDetector(_small);

        var found = detector.forward(zeros(2, 16384, device: CPU));

        Assert.All([found.Onsets, found.Activity, found.Velocities], grid => Assert.Equal([2, 64, NoteTargets.Pitches], grid.shape));
    }

    [Fact]
    public void A_tone_is_brightest_at_its_pitch_in_the_spectra_and_at_its_first_harmonic_in_the_stack()
    {
        using var scope = NewDisposeScope();
        using var detector = new NoteDetector(_small);
        var tone = (arange(32768, device: CPU) * (2 * Math.PI * 440 / Rate)).sin().unsqueeze(0);

        var spectra = detector.Spectra(tone);
        var harmonics = LogSpectrum.Harmonics(spectra);

        // Bins are thirds of a semitone from MIDI note 27 on, A4 is 69.
        Assert.Equal((69 - 27) * 3, spectra[0, 1, 64].argmax().item<long>());
        Assert.Equal(0, spectra[0, 1, 64].max().item<float>(), 0.1);
        // Of ten harmonics the third is the fundamental; each has two windows of three bins a semitone, of which the middle one is the pitch itself.
        Assert.Equal(69 - NoteTargets.LowestPitch, harmonics[0, 2 * 6 + 3 + 1, 64].argmax().item<long>());
        Assert.Equal(69 - 12 - NoteTargets.LowestPitch, harmonics[0, 3 * 6 + 3 + 1, 64].argmax().item<long>());
    }

    [Fact]
    public void The_same_seed_builds_the_same_detector_and_its_file_gives_it_back()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var one = new NoteDetector(_small, seed: 3);
        using var other = new NoteDetector(_small, seed: 3);
        ModelFile.Save(one, folder.File("notes.safetensors"));
        using var loaded = ModelFile.LoadDetector(folder.File("notes.safetensors"));

        Assert.Equal(_small, loaded.Config);
        Assert.All(one.state_dict(), item =>
        {
            Assert.True(item.Value.eq(other.state_dict()[item.Key]).all().item<bool>(), item.Key);
            Assert.True(item.Value.eq(loaded.state_dict()[item.Key]).all().item<bool>(), item.Key);
        });
    }

    [Fact]
    public void Whoever_mistakes_a_detector_for_a_model_or_a_model_for_a_detector_is_told()
    {
        using var folder = new TemporaryFolder();
        using var detector = new NoteDetector(_small);
        ModelFile.Save(detector, folder.File("notes.safetensors"));

        var asModel = Assert.ThrowsAny<Exception>(() => ModelFile.Load(folder.File("notes.safetensors")));
        var asDetector = Assert.ThrowsAny<Exception>(() => ModelFile.LoadDetector(Repository.Path("data", "workbook.safetensors")));

        Assert.Contains("is a note detector", asModel.Message);
        Assert.Contains("is no note detector", asDetector.Message);
    }

    [Theory]
    [InlineData("""{ "model": "notes", "width": 0 }""", "Width")]
    [InlineData("""{ "model": "notes", "width": 100000 }""", "Width")]
    [InlineData("""{ "model": "notes", "sampleRate": 1 }""", "SampleRate")]
    [InlineData("""{ "model": "notes", "depth": 3 }""", "depth")]
    public void Configurations_that_cannot_be_are_refused_by_the_name_of_the_field(string json, string field) =>
        Assert.Contains(field, Assert.Throws<ModelConfigException>(() => NoteDetectorConfig.FromJson(json)).Message);

    [Fact]
    public void Audio_that_is_no_whole_number_of_frames_is_refused()
    {
        using var scope = NewDisposeScope();
        using var detector = new NoteDetector(_small);

        Assert.Contains("multiple of 512", Assert.Throws<ArgumentException>(() => detector.forward(zeros(1, 1000, device: CPU))).Message);
    }

    [Fact]
    public void The_shipped_detector_finds_the_notes_of_a_new_piece()
    {
        using var folder = new TemporaryFolder();
        MadeMusicFolder.Make(folder.Path, new MadeMusicOptions { Hours = 15 / 3600.0, ClipSeconds = 15, Seed = 99, SoundFonts = [] });
        var clip = SparseAudio.Audio.AudioFile.Read(folder.File("00000.wav"));
        using var detector = ModelFile.LoadDetector(Repository.Path("data", "notes.safetensors"));

        var found = new NoteTranscription(detector).Find(
            (start, part) => clip.Samples.AsSpan((int)start, part.Length).CopyTo(part), clip.Samples.Length);

        var measures = NoteMeasures.Of(NoteLabels.Read(folder.File("00000.csv")), [.. found.Select(note => note.Label)]);
        Assert.InRange(measures.Onsets.F1, 0.7, 1);
    }

    [Fact]
    public void Silence_holds_no_notes()
    {
        using var detector = ModelFile.LoadDetector(Repository.Path("data", "notes.safetensors"));

        Assert.Empty(new NoteTranscription(detector).Find((_, part) => part.Clear(), 100_000));
    }
}
