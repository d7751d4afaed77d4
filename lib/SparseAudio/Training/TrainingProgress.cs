using System.Diagnostics;

namespace SparseAudio.Training;

/// <summary>When a run ends: at whichever limit comes first. The training can always be resumed.</summary>
public sealed record TrainingBudget
{
    /// <summary>The step to end at, counted from the training's very beginning; null for no limit.</summary>
    public long? Steps { get; init; }

    /// <summary>How long this run may take; null for no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Steps in this run alone; null for no limit.</summary>
    public long? StepsThisRun { get; init; }
}

/// <summary>The state of a training after a step.</summary>
/// <param name="Step">Steps done since the beginning, those of earlier runs included.</param>
/// <param name="LastStep">The step at which this run ends; null when it ends by time or on request only.</param>
/// <param name="Entry">The step as the log has it.</param>
/// <param name="StepsPerSecond">Steps a second over about the last 20 steps.</param>
/// <param name="Elapsed">Time since this run began.</param>
/// <param name="Remaining">An estimate of the time that is left; null when the run has no end or has just begun.</param>
/// <param name="SkippedSteps">Steps skipped for NaN or infinity since the beginning.</param>
/// <param name="WaitingShare">The share of this run's time, 0 to 1, spent waiting for data.</param>
/// <param name="Checkpoint">The checkpoint saved after this step; null when none was due.</param>
public sealed record TrainingProgress(
    long Step,
    long? LastStep,
    TrainingLogEntry Entry,
    double StepsPerSecond,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    long SkippedSteps,
    double WaitingShare,
    string? Checkpoint);

/// <summary>Why a run ended.</summary>
public enum TrainingEnd
{
    /// <summary>Its steps are done.</summary>
    Steps,

    /// <summary>Its time is over.</summary>
    Time,

    /// <summary>It was cancelled, for instance by Ctrl-C.</summary>
    Cancelled,

    /// <summary>Someone made the file <c>stop</c> in its folder.</summary>
    StopFile,
}

/// <summary>The outcome of a run.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Step">Steps done since the beginning.</param>
/// <param name="SkippedSteps">Steps skipped for NaN or infinity since the beginning.</param>
/// <param name="Checkpoint">The checkpoint of the last step.</param>
/// <param name="WaitingShare">The share of the run's time, 0 to 1, spent waiting for data.</param>
public sealed record TrainingResult(TrainingEnd End, long Step, long SkippedSteps, string Checkpoint, double WaitingShare)
{
    /// <summary>The share of the run's time, 0 to 1, spent on exchanges with other processes, the wait for the slowest included.</summary>
    public double ExchangeShare { get; init; }

    /// <summary>The bytes of gradients that this process sent in a step.</summary>
    public long ExchangeBytes { get; init; }
}

/// <summary>A training that cannot start or go on; the message says why and what to do.</summary>
/// <param name="message">What is wrong, which field or step, and the way out.</param>
/// <param name="inner">The error underneath, if any.</param>
public sealed class TrainingException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether all processes of a training have the same error, so that one may tell it for all.</summary>
    public bool IsKnownToAll { get; init; }
}

/// <summary>Times a run and compares it with its budget.</summary>
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
    public long? LastStep { get; } = budget.StepsThisRun is { } own ? Math.Min(firstStep + own, budget.Steps ?? long.MaxValue) : budget.Steps;

    /// <summary>Steps a second over the last steps.</summary>
    public double StepsPerSecond => _recent.Count > 1 ? (_recent.Count - 1) / (_recent.Last() - _recent.Peek()).TotalSeconds : 0;

    /// <summary>Takes note of a step that is done.</summary>
    public void Tick()
    {
        _recent.Enqueue(Elapsed);
        if (_recent.Count > RecentSteps + 1) _recent.Dequeue();
    }

    /// <summary>Why the run ends before another step; null when it goes on.</summary>
    public TrainingEnd? End(long step) => step >= LastStep ? TrainingEnd.Steps : Elapsed >= budget.Time ? TrainingEnd.Time : null;

    /// <summary>An estimate of the time that is left.</summary>
    public TimeSpan? Remaining(long step)
    {
        TimeSpan? byTime = budget.Time is { } time ? TimeSpan.FromTicks(Math.Max(0, (time - Elapsed).Ticks)) : null;
        TimeSpan? bySteps = LastStep is { } last && StepsPerSecond > 0 ? TimeSpan.FromSeconds((last - step) / StepsPerSecond) : null;
        return byTime is null || bySteps < byTime ? bySteps : byTime;
    }
}
