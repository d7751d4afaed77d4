using SparseAudio.Losses;
using SparseAudio.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class TrainerTests : IDisposable
{
    private readonly TrainingBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Training_lowers_the_loss_and_logs_every_step_with_its_parts()
    {
        _bench.Train("run", 150, TrainingBench.Config with { LearningRate = 5e-3 });

        var log = TrainingLog.Read(Path.Combine(_bench.Out("run"), "loss.jsonl"));
        Assert.Equal(Enumerable.Range(1, 150).Select(step => (long)step), log.Select(entry => entry.Step));
        Assert.True(log.TakeLast(10).Average(entry => entry.Loss!.Value) < 0.8 * log.Take(10).Average(entry => entry.Loss!.Value));
        Assert.All(log, entry => Assert.Equal(entry.Loss!.Value, entry.Parts!.Values.Sum(), 5));
        Assert.All(log, entry => Assert.True(entry.GradientNorm > 0));
    }

    [Fact]
    public void Latest_every_Nth_and_the_checkpoint_with_the_lowest_validation_loss_stay()
    {
        var config = TrainingBench.Config with { CheckpointEvery = 2, KeepEvery = 6 };
        using var trainer = Validated("run", config, step => Math.Abs(step - 4));

        trainer.Run(new TrainingBudget { Steps = 13 });

        Assert.Equal(["step-00000004.safetensors", "step-00000006.safetensors", "step-00000012.safetensors", "step-00000013.safetensors"],
            _bench.Files("run"));
        var folder = new CheckpointFolder(_bench.Out("run"));
        Assert.Equal(4, folder.Best()!.Step);
        Assert.Equal(13, folder.Latest()!.Step);
        Assert.Equal(0, folder.Best()!.BestLoss);
        var log = TrainingLog.Read(Path.Combine(_bench.Out("run"), "loss.jsonl"));
        Assert.Equal([null, 2, null, 0, null, 2, null, 4, null, 6, null, 8, null], log.Select(entry => entry.ValidationLoss));
    }

    [Fact]
    public void A_validation_loss_of_NaN_is_never_the_best()
    {
        using var trainer = Validated("run", TrainingBench.Config with { CheckpointEvery = 1 }, step => step == 2 ? 3 : double.NaN);

        trainer.Run(new TrainingBudget { Steps = 3 });

        Assert.Equal(2, new CheckpointFolder(_bench.Out("run")).Best()!.Step);
    }

    [Fact]
    public void Without_validation_the_latest_checkpoint_counts_as_the_best()
    {
        using var trainer = _bench.Trainer("run", TrainingBench.Config with { CheckpointEvery = 1 }, validates: false);

        trainer.Run(new TrainingBudget { Steps = 3 });

        Assert.Equal((3, 0), (new CheckpointFolder(_bench.Out("run")).Best()!.Step, new CheckpointFolder(_bench.Out("run")).Best()!.BestStep));
        Assert.All(TrainingLog.Read(Path.Combine(_bench.Out("run"), "loss.jsonl")), entry => Assert.Null(entry.ValidationLoss));
    }

    [Fact]
    public void The_validation_loss_is_computed_in_evaluation_mode_on_segments_of_the_recordings_held_out()
    {
        using var model = new TinyModel();
        var validations = new List<float[]>();
        using var trainer = _bench.Trainer("run", TrainingBench.Config with { CheckpointEvery = 2, ValidationSegments = 6 }, model: model,
            around: objective => audio =>
        {
            if (!model.training)
                validations.Add(audio.data<float>().ToArray());

            return objective(audio);
        });

        trainer.Run(new TrainingBudget { Steps = 4 });

        Assert.Equal(6, validations.Count);
        Assert.All(validations, batch => Assert.Equal(2 * TinyModel.Samples, batch.Length));
        Assert.Equal(validations.Take(3), validations.Skip(3));
        var header = File.ReadLines(Path.Combine(_bench.Out("run"), "loss.jsonl")).First();
        Assert.Matches("""^\{"recordings":2,"validation":\["\d\.wav"\]\}$""", header);
    }

    [Fact]
    public void Clipping_limits_the_norm_and_warm_up_and_decay_shape_the_learning_rate()
    {
        var config = new TrainingConfig { WarmupSteps = 4, DecaySteps = 8, LearningRate = 1, FinalLearningRate = 0.2 };

        Assert.Equal([0.25, 0.5, 0.75, 1], Enumerable.Range(1, 4).Select(step => config.LearningRateAt(step)));
        Assert.Equal(0.6, config.LearningRateAt(6), 12);
        Assert.Equal(0.2, config.LearningRateAt(8), 12);
        Assert.Equal(0.2, config.LearningRateAt(1000), 12);
        Assert.Equal(1e-3, TrainingConfig.Published.LearningRateAt(1_000_000));
    }

    [Fact]
    public void A_checkpoint_holds_the_weights_of_its_step_and_callbacks_see_them_in_evaluation_mode()
    {
        using var model = new TinyModel();
        using var trainer = _bench.Trainer("run", model: model);
        float[] seen = [];
        var training = true;
        trainer.Every(4, _ => (seen, training) = (Weights(model), model.training));

        var result = trainer.Run(new TrainingBudget { Steps = 4 });

        using var loaded = new TinyModel(1);
        Checkpoint.Open(result.Checkpoint).LoadModel(loaded);
        Assert.Equal(Weights(model), seen);
        Assert.Equal(Weights(model), Weights(loaded));
        Assert.False(training);
        Assert.True(model.training);
    }

    [Fact]
    public void A_run_ends_by_steps_time_request_or_stop_file_and_always_saves_its_last_step()
    {
        using var cancelled = new CancellationTokenSource();
        using var trainer = _bench.Trainer("run");
        trainer.Every(1, report =>
        {
            if (report.Step == 5)
            {
                cancelled.Cancel();
            }
            else if (report.Step == 7)
            {
                File.WriteAllText(Path.Combine(_bench.Out("run"), "stop"), "");
            }
        });

        TrainingResult[] results =
        [
            trainer.Run(new TrainingBudget { StepsThisRun = 3 }),
            trainer.Run(new TrainingBudget { Steps = 100 }, cancellation: cancelled.Token),
            trainer.Run(new TrainingBudget()),
            trainer.Run(new TrainingBudget { Time = TimeSpan.Zero }),
            trainer.Run(new TrainingBudget { Steps = 5 }),
        ];

        Assert.Equal([TrainingEnd.Steps, TrainingEnd.Cancelled, TrainingEnd.StopFile, TrainingEnd.Time, TrainingEnd.Steps], results.Select(
            result => result.End));
        Assert.Equal([3L, 5L, 7L, 7L, 7L], results.Select(result => result.Step));
        Assert.All(results, result => Assert.Equal(
            result.Step, long.Parse(Path.GetFileNameWithoutExtension(result.Checkpoint)[5..], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(7, Checkpoint.Open(results[^1].Checkpoint).Step);
        Assert.False(File.Exists(Path.Combine(_bench.Out("run"), "stop")));
    }

    [Fact]
    public void Progress_tells_step_end_and_checkpoint()
    {
        var reports = new List<TrainingProgress>();
        using var trainer = _bench.Trainer("run");

        trainer.Run(new TrainingBudget { Steps = 6 }, new Collector(reports));

        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L], reports.Select(report => report.Step));
        Assert.All(reports, report => Assert.Equal(6, report.LastStep));
        Assert.EndsWith(
            "step-00000005.safetensors", Assert.Single(reports, report => report.Checkpoint is not null).Checkpoint, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
    }

    [Fact]
    public void Recordings_that_vanish_cost_no_step()
    {
        using var trainer = _bench.Trainer("run");
        trainer.Every(3, _ =>
        {
            foreach (var file in Directory.EnumerateFiles(_bench.Recordings, "*.wav"))
                File.Delete(file);
        });

        // On Linux an open file outlives its name, so the training may well go on; either way nothing is lost.
        var error = Record.Exception(() => trainer.Run(new TrainingBudget { Steps = 40 }));

        Assert.True(error is null or SparseAudio.Audio.AudioFileException);
        Assert.Equal(trainer.Step, new CheckpointFolder(_bench.Out("run")).Latest()!.Step);
    }

    // A trainer whose validation loss after a step is given.
    private Trainer Validated(string name, TrainingConfig config, Func<long, double> loss)
    {
        var model = new TinyModel();
        Trainer? trainer = null;
        trainer = _bench.Trainer(name, config, model: model, around: objective => audio =>
            model.training ? objective(audio) : LossParts.Of([("given", tensor((float)loss(trainer!.Step), device: CPU))]));
        return trainer;
    }

    private static float[] Weights(TinyModel model) =>
        [.. model.parameters().SelectMany((Parameter parameter) => parameter.detach().data<float>().ToArray())];

    private sealed class Collector(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }
}
