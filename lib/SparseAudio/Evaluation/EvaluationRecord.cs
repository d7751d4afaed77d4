namespace SparseAudio.Evaluation;

/// <summary>What was measured of one segment, rebuilt by one system.</summary>
/// <param name="System">The system.</param>
/// <param name="Clip">The recording.</param>
/// <param name="Start">The segment's first sample in the recording.</param>
/// <param name="Metrics">How close the rebuilt segment is.</param>
/// <param name="Events">How well its events share the work, where that was asked for.</param>
/// <param name="Channels">The channels of its events, where they have any.</param>
/// <param name="Seconds">How long rebuilding took.</param>
public sealed record EvaluationRecord(
    string System, string Clip, int Start, AudioMetrics Metrics, EventMetrics? Events, IReadOnlyList<int>? Channels, double Seconds)
{
    /// <summary>How many events the segment got; 0 for a system without events.</summary>
    public int EventCount { get; init; }

    /// <summary>How many numbers the system keeps of the segment.</summary>
    public double Numbers { get; init; }

    /// <summary>Bits that the code takes for a second of sound, where the system has a code.</summary>
    public double? BitsPerSecond { get; init; }
}
