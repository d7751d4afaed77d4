using System.Diagnostics;

namespace SparseAudio.Training;

/// <summary>Times a run, and knows when its budget is spent.</summary>
/// <param name="budget">The budget.</param>
/// <param name="firstStep">Steps done before the run.</param>
internal sealed class RunClock(TrainingBudget budget, long firstStep)
{
    private const int RecentSteps = 20;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Queue<TimeSpan> _recent = new([TimeSpan.Zero]);

    /// <summary>Time since the run began.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>The step at which the run ends, where that is known.</summary>
    public long? LastStep { get; } = budget.StepsThisRun is { } own
        ? Math.Min(firstStep + own, budget.Steps ?? long.MaxValue)
        : budget.Steps;

    /// <summary>Over the last steps.</summary>
    public double StepsPerSecond => _recent.Count > 1 ? (_recent.Count - 1) / (_recent.Last() - _recent.Peek()).TotalSeconds : 0;

    /// <summary>Takes note of a step that is done.</summary>
    public void Tick()
    {
        _recent.Enqueue(Elapsed);
        if (_recent.Count > RecentSteps + 1)
        {
            _recent.Dequeue();
        }
    }

    /// <summary>Why the run ends before another step, or null when it goes on.</summary>
    public TrainingEnd? End(long step)
    {
        if (LastStep is { } last && step >= last)
        {
            return TrainingEnd.Steps;
        }

        return budget.Time is { } time && Elapsed >= time ? TrainingEnd.Time : null;
    }

    /// <summary>The time that is probably left.</summary>
    public TimeSpan? Remaining(long step)
    {
        TimeSpan? byTime = budget.Time is { } time ? Max(time - Elapsed, TimeSpan.Zero) : null;
        TimeSpan? bySteps = LastStep is { } last && StepsPerSecond > 0 ? TimeSpan.FromSeconds((last - step) / StepsPerSecond) : null;
        return byTime is null || bySteps < byTime ? bySteps : byTime;
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
