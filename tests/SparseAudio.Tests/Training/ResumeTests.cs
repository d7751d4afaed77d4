using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class ResumeTests : IDisposable
{
    private readonly TrainingBench _bench = new();

    private static readonly TrainingConfig _everything = TrainingBench.Config with
    {
        Beta1 = 0.5,
        ClipNorm = 0.02,
        WarmupSteps = 4,
        DecaySteps = 15,
        FinalLearningRate = 1e-5,
    };

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0, 7)]
    [InlineData(1, 1)]
    [InlineData(77, 10)]
    public void Two_runs_are_one_run_bit_for_bit(long seed, long first)
    {
        var config = _everything with { Seed = seed };
        var whole = _bench.Train("whole", 13, config);

        _bench.Train("parts", first, config);
        var parts = _bench.Train("parts", 13, config, resume: true);

        Assert.Equal(13, parts.Step);
        Assert.Equal(File.ReadAllBytes(whole.Checkpoint), File.ReadAllBytes(parts.Checkpoint));
        Assert.Equal(_bench.Log("whole"), _bench.Log("parts"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(10)]
    public void A_run_that_died_goes_on_from_its_checkpoint_bit_for_bit(long death)
    {
        var whole = _bench.Train("whole", 13, _everything);

        _bench.TrainAndDie("parts", death, _everything);
        var parts = _bench.Train("parts", 13, _everything, resume: true);

        Assert.Equal(File.ReadAllBytes(whole.Checkpoint), File.ReadAllBytes(parts.Checkpoint));
        Assert.Equal(_bench.Log("whole"), _bench.Log("parts"));
    }

    [Fact]
    public void The_published_settings_resume_bit_for_bit_too()
    {
        var whole = _bench.Train("whole", 9);

        _bench.TrainAndDie("parts", 7);
        var parts = _bench.Train("parts", 9, resume: true);

        Assert.Equal(File.ReadAllBytes(whole.Checkpoint), File.ReadAllBytes(parts.Checkpoint));
    }

    [Fact]
    public void Another_seed_gives_another_training()
    {
        var one = _bench.Train("one", 2);
        var two = _bench.Train("two", 2, TrainingBench.Config with { Seed = 12 });

        Assert.NotEqual(_bench.Log("one"), _bench.Log("two"));
        Assert.NotEqual(File.ReadAllBytes(one.Checkpoint), File.ReadAllBytes(two.Checkpoint));
    }

    [Fact]
    public void What_a_callback_does_with_random_numbers_does_not_disturb_the_training()
    {
        var quiet = _bench.Train("quiet", 6);
        using var trainer = _bench.Trainer("noisy");
        trainer.Every(2, _ => TorchSharp.torch.rand([1000]).Dispose());

        var noisy = trainer.Run(new TrainingBudget { Steps = 6 });

        Assert.Equal(File.ReadAllBytes(quiet.Checkpoint), File.ReadAllBytes(noisy.Checkpoint));
    }

    [Fact]
    public void A_damaged_newest_checkpoint_is_passed_over_with_a_note()
    {
        var whole = _bench.Train("whole", 13);
        _bench.Train("parts", 5);
        _bench.Train("parts", 8, resume: true);
        var newest = Path.Combine(_bench.Out("parts"), "step-00000008.safetensors");
        File.Copy(newest, Path.Combine(_bench.Out("parts"), "step-00000009.safetensors"));
        using (var file = File.OpenWrite(Path.Combine(_bench.Out("parts"), "step-00000009.safetensors")))
            file.SetLength(file.Length - 1);

        using var trainer = _bench.Trainer("parts", resume: true);
        var parts = trainer.Run(new TrainingBudget { Steps = 13 });

        Assert.Contains("step-00000009", Assert.Single(trainer.Notes), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(whole.Checkpoint), File.ReadAllBytes(parts.Checkpoint));
    }

    [Fact]
    public void A_folder_with_a_training_is_neither_overwritten_nor_shared()
    {
        _bench.Train("one", 1);

        Assert.Contains("resume it", Assert.Throws<TrainingException>(() => _bench.Trainer("one")).Message, StringComparison.Ordinal);
        using var first = _bench.Trainer("one", resume: true);
        Assert.Contains("another training uses it", Assert.Throws<TrainingException>(() => _bench.Trainer("one", resume: true)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_was_shortened_by_hand_is_noticed()
    {
        _bench.Train("one", 3);
        File.WriteAllText(Path.Combine(_bench.Out("one"), "loss.jsonl"), "");

        Assert.Contains(
            "put the log back", Assert.Throws<TrainingException>(() => _bench.Trainer("one", resume: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void New_settings_hold_from_the_checkpoint_on_and_are_noted()
    {
        _bench.Train("one", 3);
        using var trainer = _bench.Trainer("one", TrainingBench.Config with { LearningRate = 1e-4, Beta1 = 0.9 }, resume: true);

        trainer.Run(new TrainingBudget { Steps = 4 });

        Assert.Contains("from step 4 on", Assert.Single(trainer.Notes), StringComparison.Ordinal);
        Assert.Equal([1e-3, 1e-3, 1e-3, 1e-4], TrainingLog.Read(Path.Combine(_bench.Out("one"), "loss.jsonl")).Select(entry => entry.LearningRate));
    }

    [Fact]
    public void With_other_validation_segments_the_best_checkpoint_is_chosen_anew()
    {
        var first = _bench.Train("one", 5);
        Assert.Equal(5, Checkpoint.Open(first.Checkpoint).BestStep);

        using var trainer = _bench.Trainer("one", resume: true, validates: false);
        var second = trainer.Run(new TrainingBudget { Steps = 6 });

        Assert.Contains("chosen anew", Assert.Single(trainer.Notes), StringComparison.Ordinal);
        Assert.Equal(0, Checkpoint.Open(second.Checkpoint).BestStep);
        Assert.EndsWith("\"validation\":[]}", File.ReadAllLines(Path.Combine(_bench.Out("one"), "loss.jsonl"))[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void Other_recordings_are_noted()
    {
        _bench.Train("one", 1);
        using var other = new TrainingBench();
        File.Delete(Path.Combine(other.Recordings, "2.wav"));
        using var fewer = SparseAudio.Data.SegmentDataset.Open(other.Recordings, TinyModel.Samples);
        using var model = new TinyModel();

        using var trainer = new Trainer(model, "{}", (audio, _) => model.Objective(audio), fewer, TrainingBench.Config, _bench.Out("one"), resume: true);

        Assert.Contains("recordings are not those", trainer.Notes[0], StringComparison.Ordinal);
    }
}
