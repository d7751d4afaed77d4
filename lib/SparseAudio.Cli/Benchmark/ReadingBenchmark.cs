using System.Diagnostics;
using System.Globalization;
using SparseAudio.Data;
using SparseAudio.Training.Parallel;

namespace SparseAudio.Cli.Benchmark;

/// <summary>How fast what surrounds a training is: reading segments, and exchanging gradients between processes.</summary>
internal static class ReadingBenchmark
{
    private const double StepsPerSecond = 20;
    private const int WarmUps = 5;

    /// <summary>Reads batches as fast as can be, then at the pace of a training of 20 steps a second whose loss costs nothing.</summary>
    /// <param name="folder">A folder of recordings.</param>
    /// <param name="batch">Segments of a batch.</param>
    /// <param name="batches">How many batches.</param>
    /// <param name="readers">Threads that read.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>In words.</returns>
    public static string Reading(string folder, int batch, int batches, int readers, CancellationToken cancellation)
    {
        using var data = SegmentDataset.Open(folder);
        using var fast = new Prefetcher(data, seed: 1, batch, readers: readers);
        for (var i = 0; i < WarmUps; i++) fast.GiveBack(fast.Take());
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < batches; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            fast.GiveBack(fast.Take());
        }

        var most = batches / clock.Elapsed.TotalSeconds;
        using var paced = new Prefetcher(data, seed: 2, batch, readers: readers);
        paced.GiveBack(paced.Take());
        clock.Restart();
        for (var i = 1; i <= batches; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            paced.GiveBack(paced.Take());
            var ahead = TimeSpan.FromSeconds(i / StepsPerSecond) - clock.Elapsed;
            if (ahead > TimeSpan.Zero) Thread.Sleep(ahead);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{folder}, {readers} threads, batches of {batch} segments: at most {most:F1} a second ({most * batch:F0} segments); "
                + $"at {StepsPerSecond} a second a training would wait {100 * paced.WaitingShare:F1}% of its time");
    }

    /// <summary>Sums numbers over all processes.</summary>
    /// <param name="exchange">The processes.</param>
    /// <param name="megabytes">The size of the numbers in 10^6 bytes.</param>
    /// <param name="runs">How many times.</param>
    /// <returns>In words.</returns>
    public static string Exchange(IGradientExchange exchange, double megabytes, int runs)
    {
        var numbers = new float[(int)(megabytes * 1e6 / sizeof(float))];
        var times = new List<double>();
        for (var i = -1; i < runs; i++)
        {
            var clock = Stopwatch.StartNew();
            exchange.Sum(numbers);
            if (i >= 0) times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{exchange.Count} processes, {megabytes:F1} MB: {times[times.Count / 2]:F1} ms to sum (lowest {times[0]:F1}, highest {times[^1]:F1})");
    }
}
