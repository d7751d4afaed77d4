using SparseAudio.Losses;
using SparseAudio.Training;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class BadNumbersTests : IDisposable
{
    private readonly TrainingBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(double.NaN, "loss is NaN")]
    [InlineData(double.PositiveInfinity, "loss is ")]
    public void A_bad_step_is_skipped_logged_with_its_segments_and_leaves_no_trace(double value, string reason)
    {
        using var model = new TinyModel();
        float[] before = [];
        float[] statistics = [];
        using var trainer = Poisoned("run", model, value, step => step == 4);
        trainer.Every(1, report =>
        {
            if (report.Step == 3)
            {
                (before, statistics) = (State(model), model.RunningMean.data<float>().ToArray());
            }
            else if (report.Step == 4)
            {
                Assert.Equal(before, State(model));
                Assert.Equal(statistics, model.RunningMean.data<float>().ToArray());
            }
        });

        var result = trainer.Run(new TrainingBudget { Steps = 6 });

        Assert.Equal(1, result.SkippedSteps);
        TrainingLogEntry entry = Assert.Single(TrainingLog.Read(Path.Combine(_bench.Out("run"), "loss.jsonl")), entry => entry.Skipped is not null);
        Assert.Equal(4, entry.Step);
        Assert.StartsWith(reason, entry.Skipped, StringComparison.Ordinal);
        Assert.Equal(2, entry.Segments!.Count);
        Assert.All(entry.Segments, segment => Assert.Matches(@"^\d\.wav at sample \d+$", segment));
    }

    [Fact]
    public void Bad_gradients_of_a_good_loss_are_noticed()
    {
        using var model = new TinyModel();
        using var trainer = _bench.Trainer("run", model: model, around: objective => audio =>
        {
            // The root's slope at 0 is infinite, and infinity times 0 is NaN.
            var zero = model.parameters().First().square().sum() * 0;
            return LossParts.Of([.. objective(audio).Parts, ("root", zero.sqrt())]);
        });

        var result = trainer.Run(new TrainingBudget { Steps = 2 });

        Assert.Equal(2, result.SkippedSteps);
        Assert.All(TrainingLog.Read(Path.Combine(_bench.Out("run"), "loss.jsonl")), entry => Assert.Equal("gradients are NaN", entry.Skipped));
    }

    [Fact]
    public void Too_many_bad_steps_in_a_row_stop_the_run_with_advice_and_a_good_checkpoint()
    {
        using var model = new TinyModel();
        using var trainer = Poisoned("run", model, double.NaN, step => step > 6, TrainingBench.Config with { MaxBadSteps = 4 });

        var error = Assert.Throws<TrainingException>(() => trainer.Run(new TrainingBudget { Steps = 100 }));

        Assert.Contains("4 steps in a row", error.Message, StringComparison.Ordinal);
        Assert.Contains(".wav at sample", error.Message, StringComparison.Ordinal);
        Assert.Contains("lower learning rate", error.Message, StringComparison.Ordinal);
        using var loaded = new TinyModel();
        var latest = new CheckpointFolder(_bench.Out("run")).Latest()!;
        latest.LoadModel(loaded);
        Assert.Equal(10, latest.Step);
        Assert.Equal(State(model), State(loaded));
    }

    [Fact]
    public void Bad_steps_and_their_count_survive_a_resume_bit_for_bit()
    {
        static bool Bad(long step) => step is 2 or 3 or 6 or 7;
        using (var trainer = Poisoned("whole", new TinyModel(), double.NaN, Bad))
            trainer.Run(new TrainingBudget { Steps = 9 });

        using (var trainer = Poisoned("parts", new TinyModel(), double.NaN, Bad))
            trainer.Run(new TrainingBudget { Steps = 6 });

        using (var trainer = Poisoned("parts", new TinyModel(), double.NaN, Bad, resume: true))
            trainer.Run(new TrainingBudget { Steps = 9 });

        const string last = "step-00000009.safetensors";
        Assert.Equal(File.ReadAllBytes(Path.Combine(_bench.Out("whole"), last)), File.ReadAllBytes(Path.Combine(_bench.Out("parts"), last)));
        Assert.Equal(_bench.Log("whole"), _bench.Log("parts"));
    }

    [Fact]
    public void Weights_that_are_not_numbers_are_never_saved()
    {
        using var model = new TinyModel();
        using var trainer = _bench.Trainer("run", model: model);
        trainer.Run(new TrainingBudget { Steps = 5 });
        using (no_grad())
            model.parameters().First().fill_(float.NaN);

        var error = Assert.Throws<TrainingException>(() => trainer.Run(new TrainingBudget { Steps = 6 }));

        Assert.Contains("never saved", error.Message, StringComparison.Ordinal);
        Assert.Equal(["step-00000005.safetensors"], _bench.Files("run"));
    }

    private Trainer Poisoned(string name, TinyModel model, double value, Func<long, bool> when, TrainingConfig? config = null, bool resume = false)
    {
        Trainer? trainer = null;
        trainer = _bench.Trainer(name, config, resume, model, objective => audio =>
        {
            var loss = objective(audio);
            return when(trainer!.Step + 1) ? LossParts.Of([("error", loss.Total * value)]) : loss;
        });
        return trainer;
    }

    private static float[] State(TinyModel model) => [.. model.parameters().SelectMany(parameter => parameter.detach().data<float>().ToArray())];
}
