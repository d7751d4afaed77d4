namespace SparseAudio.Cli.Benchmark;

/// <summary>How long one piece of work took, over several runs after some that were not counted.</summary>
/// <param name="Preset">The model.</param>
/// <param name="Batch">Segments at once.</param>
/// <param name="Name">The piece of work; a dot leads from a whole to its part, as in <c>step.backward</c>.</param>
/// <param name="Runs">How many runs were counted.</param>
/// <param name="MedianMs">The median, in milliseconds.</param>
/// <param name="LowestMs">The shortest.</param>
/// <param name="HighestMs">The longest.</param>
/// <param name="ManagedBytes">What a run allocated on the managed heap, in bytes; torch's tensors are not there.</param>
/// <param name="PeakBytes">The process's largest resident size during the runs, in bytes; 0 where only the whole was measured.</param>
/// <param name="ProcessorMs">Processor time of all threads, the median, in milliseconds, which other programs disturb less; 0 where only the whole was measured.</param>
public sealed record Measurement(
    string Preset, int Batch, string Name, int Runs, double MedianMs, double LowestMs, double HighestMs, long ManagedBytes, long PeakBytes, double ProcessorMs)
{
    /// <summary>What this took of the processor time that all events take, 0…1, where only some of them are decoded; otherwise null.</summary>
    public double? ShareOfAllEvents { get; init; }

    /// <summary>Sums up the times of the runs.</summary>
    internal static Measurement Of(string preset, int batch, string name, IReadOnlyList<double> milliseconds, long managedBytes, long peakBytes, IReadOnlyList<double> processor)
    {
        double[] sorted = [.. milliseconds.Order()];
        return new Measurement(
            preset, batch, name, sorted.Length, Median(sorted), sorted[0], sorted[^1], managedBytes / sorted.Length, peakBytes,
            processor.Count == 0 ? 0 : Median([.. processor.Order()]));
    }

    private static double Median(double[] sorted) => (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
}

/// <summary>Measurements and the machine they were made on.</summary>
/// <param name="Processors">Processors that the process may use.</param>
/// <param name="Threads">Torch's threads.</param>
/// <param name="Device">Where torch computed.</param>
/// <param name="System">The operating system.</param>
/// <param name="Measurements">The measurements.</param>
public sealed record BenchmarkReport(int Processors, int Threads, string Device, string System, IReadOnlyList<Measurement> Measurements);
