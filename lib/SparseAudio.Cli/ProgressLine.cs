using System.Diagnostics;

namespace SparseAudio.Cli;

/// <summary>
/// Progress of long work: one line that is redrawn on a terminal, and elsewhere a line whenever another tenth is done.
/// </summary>
internal sealed class ProgressLine(string title, TextWriter? writer, bool redraw) : IDisposable
{
    private static readonly TimeSpan _redrawEvery = TimeSpan.FromMilliseconds(200);
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private TimeSpan _next = TimeSpan.FromSeconds(1);
    private int _tenths;
    private int _drawn;

    /// <summary>Reports that <paramref name="fraction"/> (0 to 1) is done; quick work that ends within a second shows nothing.</summary>
    /// <param name="fraction">How much is done.</param>
    /// <param name="detail">What else to show.</param>
    /// <param name="left">The time left, where the caller knows better than an even pace from the start.</param>
    public void Report(double fraction, string detail = "", TimeSpan? left = null)
    {
        if (writer is null || _elapsed.Elapsed < _next) return;
        fraction = Math.Clamp(fraction, 0, 1);
        var line = $"{title}: {fraction,4:P0}{Remaining(fraction, left)}{(detail.Length > 0 ? ", " + detail : "")}";
        if (redraw)
        {
            _next = _elapsed.Elapsed + _redrawEvery;
            writer.Write("\r" + line.PadRight(_drawn));
            _drawn = line.Length;
        }
        else if ((int)(fraction * 10) is var tenths && tenths > _tenths)
        {
            _tenths = tenths;
            writer.WriteLine(line);
        }
    }

    /// <summary>Takes the redrawn line off the terminal.</summary>
    public void Dispose()
    {
        if (_drawn > 0) writer!.Write("\r" + new string(' ', _drawn) + "\r");
    }

    private string Remaining(double fraction, TimeSpan? left)
    {
        var seconds = left?.TotalSeconds ?? (fraction > 0 ? _elapsed.Elapsed.TotalSeconds / fraction * (1 - fraction) : (double?)null);
        return seconds is null ? "" : $", {seconds:F0} s left";
    }
}
