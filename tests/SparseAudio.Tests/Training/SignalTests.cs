using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class SignalTests : IDisposable
{
    private readonly TrainingBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false, 130)]
    [InlineData(true, 143)]
    public void A_signal_finishes_the_step_saves_it_and_says_so_by_the_exit_code(bool terminate, int code)
    {
        var folder = _bench.Out("run");
        using var training = TrainProcess.Start(_bench.Recordings, folder, "--batch", "1");
        training.WaitFor("step 1,");

        if (terminate)
        {
            training.SendTerminate();
        }
        else
        {
            training.SendInterrupt();
        }

        (var actual, var output) = training.End();
        Assert.Equal(code, actual);
        var latest = new CheckpointFolder(folder).Latest()!;
        Assert.StartsWith($"ended after step {latest.Step} (interrupted)", output, StringComparison.Ordinal);
        Assert.Equal(latest.Step, TrainingLog.Read(Path.Combine(folder, "loss.jsonl"))[^1].Step);
        Assert.DoesNotContain("   at ", training.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_interrupt_stops_at_once_and_the_training_still_resumes()
    {
        var folder = _bench.Out("run");
        using (var first = TrainProcess.Start(_bench.Recordings, folder, "--batch", "1", "--steps", "2"))
            Assert.Equal(0, first.End().Code);

        // A thousand segments: the step that is to be finished takes much longer than the test.
        using var second = TrainProcess.Start(_bench.Recordings, folder, "--batch", "1024");
        second.WaitFor("going on after step 2");
        second.WaitForWork(TimeSpan.FromSeconds(1));
        second.SendInterrupt();
        second.WaitForWork(TimeSpan.FromSeconds(1));
        second.SendInterrupt();

        (var code, var output) = second.End();
        Assert.Equal(130, code);
        Assert.Empty(output);
        Assert.Equal(2, new CheckpointFolder(folder).Latest()!.Step);
    }
}
