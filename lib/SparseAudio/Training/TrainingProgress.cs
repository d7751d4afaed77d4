namespace SparseAudio.Training;

/// <summary>Where a training stands after a step.</summary>
/// <param name="Step">Steps done since the beginning, those of earlier runs included.</param>
/// <param name="LastStep">The step at which this run ends; null when it ends by time or on request only.</param>
/// <param name="Entry">What the log says about the step.</param>
/// <param name="StepsPerSecond">Over about the last 20 steps.</param>
/// <param name="Elapsed">Time since this run began.</param>
/// <param name="Remaining">The time that is probably left; null when the run has no end or has just begun.</param>
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

/// <summary>When a run ends. Whatever comes first; the training can always be resumed.</summary>
public sealed record TrainingBudget
{
    /// <summary>The step to end at, counted from the training's very beginning; null for no limit.</summary>
    public long? Steps { get; init; }

    /// <summary>How long this run may take; null for no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Steps in this run alone; null for no limit.</summary>
    public long? StepsThisRun { get; init; }
}

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

/// <summary>What a run leaves.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Step">Steps done since the beginning.</param>
/// <param name="SkippedSteps">Steps skipped for NaN or infinity since the beginning.</param>
/// <param name="Checkpoint">The checkpoint of the last step.</param>
/// <param name="WaitingShare">The share of the run's time, 0 to 1, spent waiting for data.</param>
public sealed record TrainingResult(TrainingEnd End, long Step, long SkippedSteps, string Checkpoint, double WaitingShare);
