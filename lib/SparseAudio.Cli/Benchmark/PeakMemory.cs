using System.Globalization;
using SparseAudio.Codec;

namespace SparseAudio.Cli.Benchmark;

/// <summary>The largest resident size of this process since a moment; on systems that cannot forget it, since its start.</summary>
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

        string line = File.ReadLines(Status).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
