using System.Globalization;

namespace SparseAudio.Cli.Benchmark;

/// <summary>The times of one piece of work over several runs.</summary>
/// <param name="Preset">The preset of the model.</param>
/// <param name="Batch">Segments in a batch.</param>
/// <param name="Name">The piece of work; a dot leads from a whole to its part, as in <c>step.backward</c>.</param>
/// <param name="Runs">How many runs were counted.</param>
/// <param name="MedianMs">The median, in milliseconds.</param>
/// <param name="LowestMs">The shortest.</param>
/// <param name="HighestMs">The longest.</param>
/// <param name="ProcessorMs">Processor time of all threads, which other programs disturb less: the median, in milliseconds; 0 for a part.</param>
/// <param name="PeakBytes">The largest resident size of the process during the runs, in bytes; 0 for a part.</param>
public sealed record Measurement(
    string Preset, int Batch, string Name, int Runs, double MedianMs, double LowestMs, double HighestMs, double ProcessorMs, long PeakBytes)
{
    /// <summary>The share of the processor time that all events take, 0 to 1, where only some of them are decoded; otherwise null.</summary>
    public double? ShareOfAllEvents { get; init; }
}

/// <summary>The largest resident size of this process since a reset; on systems that cannot reset it, since its start.</summary>
internal static class PeakMemory
{
    private const string Status = "/proc/self/status";
    private const string ClearReferences = "/proc/self/clear_refs";

    /// <summary>Begins anew.</summary>
    public static void Reset()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        try
        {
            // Linux: 5 resets the high water mark of the resident size.
            File.WriteAllText(ClearReferences, "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The mark stays what it was, which overstates the peak and never hides one.
        }
    }

    /// <summary>The largest size since then, in bytes.</summary>
    public static long Read()
    {
        if (!File.Exists(Status))
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }

        var line = File.ReadLines(Status).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
