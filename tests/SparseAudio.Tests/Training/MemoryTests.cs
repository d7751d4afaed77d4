using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class MemoryTests : IDisposable
{
    private readonly TrainingBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Hundreds_of_steps_with_checkpoints_and_validations_leave_the_process_as_large_as_it_was()
    {
        using var trainer = _bench.Trainer("run", TrainingBench.Config with { CheckpointEvery = 20 });
        trainer.Run(new TrainingBudget { StepsThisRun = 150 });
        var before = ResidentBytes();

        trainer.Run(new TrainingBudget { StepsThisRun = 300 });

        // A step that left its tensors behind would leave half a megabyte each time.
        Assert.InRange(ResidentBytes() - before, long.MinValue, 40_000_000);
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
