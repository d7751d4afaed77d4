using SparseAudio.Data.MadeMusic;
using SparseAudio.Models.Workbook;
using SparseAudio.Tests.Cli;
using SparseAudio.Tests.Models.Workbook;
using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class NoteTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingRequest _request;

    public NoteTrainingTests()
    {
        MadeMusicFolder.Make(_folder.File("made"), new MadeMusicOptions { Hours = 24 / 3600.0, ClipSeconds = 8, Seed = 5, SoundFonts = [] });
        _request = new TrainingRequest
        {
            Data = _folder.File("made"),
            Out = _folder.File("run"),
            Detector = new NoteDetectorConfig { Width = 8 },
            Adjust = config => config with { BatchSize = 2, WarmupSteps = 5, DecaySteps = 60, CheckpointEvery = 4, ValidationSegments = 4 },
        };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_detector_learns_from_music_with_known_notes()
    {
        using var run = TrainingRun.Open(_request);

        var losses = new List<double>();
        run.Trainer.Run(new TrainingBudget { Steps = 60 }, new Progress(entry => losses.Add(entry.Loss!.Value)));

        Assert.InRange(losses.TakeLast(8).Average(), 0, 0.7 * losses.Take(8).Average());
        Assert.Single(run.Validation!.Files);
    }

    [Fact]
    public void A_resumed_training_goes_on_as_if_it_had_never_stopped()
    {
        Train(_request, 8);
        Train(_request with { Out = _folder.File("halves") }, 4);
        Train(_request with { Out = _folder.File("halves"), Resume = true, Detector = null }, 8);

        Assert.Equal(
            File.ReadAllBytes(new CheckpointFolder(_folder.File("run")).FileOf(8)), File.ReadAllBytes(new CheckpointFolder(_folder.File("halves")).FileOf(8)));
    }

    [Fact]
    public void The_command_line_trains_exports_and_transcribes()
    {
        File.WriteAllText(_folder.File("small.json"), new NoteDetectorConfig { Width = 8 }.ToJson());
        string[] training = ["--data", _folder.File("made"), "--out", _folder.File("run"), "--batch", "1", "--steps", "2", "--device", "cpu"];

        var trained = CliProcess.Run(["train", "--model-config", _folder.File("small.json"), .. training]);
        var exported = CliProcess.Run("export", _folder.File("run"), _folder.File("notes.safetensors"), "--half");
        var transcribed = CliProcess.Run("transcribe", _folder.File("made/00000.wav"), _folder.File("found.csv"), "--detector",
            _folder.File("notes.safetensors"), "--threshold", "0.001");
        var measured = CliProcess.Run("compare", _folder.File("made/00000.csv"), _folder.File("found.csv"));

        Assert.All([trained, exported, transcribed, measured], result => Assert.True(result.ExitCode == 0, result.Error));
        Assert.Contains("a new training: notes, ", trained.Error);
        Assert.Contains("found.csv: ", transcribed.Error);
        Assert.Contains("| found.csv | ", measured.Output);
    }

    [Fact]
    public void A_new_model_takes_over_a_detector_that_fits_and_refuses_another()
    {
        var file = _folder.File("small.safetensors");
        using (var detector = new NoteDetector(new NoteDetectorConfig { Width = 8 }, seed: 7)) ModelFile.Save(detector, file);
        var request = _request with { Detector = null, Notes = file, Model = SmallWorkbook.Small with { DetectorWidth = 8 } };

        using var run = TrainingRun.Open(request);
        var refused = Assert.Throws<TrainingException>(() => TrainingRun.Open(
            request with { Out = _folder.File("other"), Model = SmallWorkbook.Small with { DetectorWidth = 12 } }));

        using var taken = ModelFile.LoadDetector(file);
        var expected = taken.state_dict()["head.weight"];
        Assert.True(run.Model.state_dict()["detector.head.weight"].eq(expected).all().item<bool>());
        Assert.StartsWith($"{file}: the detector has 8 channels", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recordings_without_notes_are_refused()
    {
        foreach (var labels in Directory.GetFiles(_folder.File("made"), "*.csv")) File.Delete(labels);

        Assert.Contains("no recording has its notes beside it", Assert.Throws<TrainingException>(() => TrainingRun.Open(_request)).Message);
    }

    private static void Train(TrainingRequest request, long steps)
    {
        using var run = TrainingRun.Open(request);
        run.Trainer.Run(new TrainingBudget { Steps = steps });
    }

    private sealed class Progress(Action<TrainingLogEntry> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told(value.Entry);
    }
}
