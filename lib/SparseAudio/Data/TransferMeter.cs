using System.Diagnostics;

namespace SparseAudio.Data;

/// <summary>Measures a transfer and reports a few times a second.</summary>
internal sealed class TransferMeter(string stage, long start, long total, Action<TransferProgress>? report)
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(250);
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private TimeSpan _next = _interval;
    private long _arrived;

    public void Add(long bytes)
    {
        _arrived += bytes;
        var done = start + _arrived;
        if (report is not null && (_time.Elapsed >= _next || done == total))
        {
            _next = _time.Elapsed + _interval;
            report(new TransferProgress(stage, done, total, _arrived / _time.Elapsed.TotalSeconds));
        }
    }
}
