using System.Collections.Concurrent;
using System.Diagnostics;

namespace SparseAudio.Data;

/// <summary>The segments of one training step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Segments">One a batch item.</param>
public sealed record SegmentBatch(long Step, IReadOnlyList<Segment> Segments)
{
    /// <summary>All samples one after the other, (batch, 1, samples) in memory.</summary>
    public float[] Samples() => [.. Segments.SelectMany(segment => segment.Samples)];
}

/// <summary>
/// Reads the batches of coming training steps on threads of its own while the current step is computed: each thread every so-manieth step, so
/// that they need nothing of each other. Arrays that are given back are filled again, so that these threads hardly allocate: a collection that
/// one starts can free a number (<see cref="TorchSharp.Scalar"/>) that torch is reading on the other thread.
/// </summary>
public sealed class Prefetcher : IDisposable
{
    private readonly SegmentDataset _source;
    private readonly CancellationTokenSource _stop = new();
    private readonly BlockingCollection<SegmentBatch>[] _ready;
    private readonly ConcurrentBag<float[]> _free = [];
    private readonly Thread[] _readers;
    private readonly Stopwatch _waiting = new();
    private readonly Stopwatch _running = new();
    private Exception? _failure;
    private long _taken;

    /// <summary>Starts reading.</summary>
    /// <param name="source">Where segments come from; stays the caller's.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="batchSize">Segments a step.</param>
    /// <param name="firstStep">The step to begin with, so that a resumed run goes on where it was.</param>
    /// <param name="ahead">Steps to keep ready.</param>
    /// <param name="firstItem">The place of the first segment in the step's batch, of which other processes may read the rest.</param>
    /// <param name="readers">Threads that read; 0 for a quarter of the processors, at least one and at most eight.</param>
    public Prefetcher(SegmentDataset source, long seed, int batchSize, long firstStep = 0, int ahead = 4, int firstItem = 0, int readers = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ahead);
        _source = source;
        ArgumentOutOfRangeException.ThrowIfNegative(readers);
        var count = readers > 0 ? readers : Math.Clamp(Environment.ProcessorCount / 4, 1, 8);
        _ready = [.. Enumerable.Range(0, count).Select(_ => new BlockingCollection<SegmentBatch>(Math.Max(1, ahead / count)))];
        _readers = [.. _ready.Select((ready, place) => new Thread(() => ReadAll(ready, seed, batchSize, firstStep + place, firstItem))
        {
            IsBackground = true,
            Name = "segment read-ahead",
        })];
        foreach (var reader in _readers) reader.Start();
    }

    /// <summary>The share of the time since the first batch that was spent in <see cref="Take"/>, 0 to 1.</summary>
    public double WaitingShare => _running.ElapsedTicks == 0 ? 0 : (double)_waiting.ElapsedTicks / _running.ElapsedTicks;

    /// <summary>The next step's batch, at once if it is ready.</summary>
    /// <exception cref="Audio.AudioFileException">The recordings cannot be read any more.</exception>
    public SegmentBatch Take()
    {
        // The first batch is always waited for and says nothing about the rest.
        var first = !_running.IsRunning;
        _waiting.Start();
        try
        {
            return _ready[_taken++ % _ready.Length].Take(_stop.Token);
        }
        catch (InvalidOperationException) when (_failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
            throw;
        }
        catch (OperationCanceledException)
        {
            throw new ObjectDisposedException(nameof(Prefetcher));
        }
        finally
        {
            _waiting.Stop();
            if (first)
            {
                _waiting.Reset();
                _running.Start();
            }
        }
    }

    /// <summary>Takes the arrays of a batch that nobody needs any more.</summary>
    public void GiveBack(SegmentBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (var segment in batch.Segments) _free.Add(segment.Samples);
    }

    /// <summary>Stops reading.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (var reader in _readers) reader.Join();
        foreach (var ready in _ready) ready.Dispose();
        _stop.Dispose();
    }

    private void ReadAll(BlockingCollection<SegmentBatch> ready, long seed, int batchSize, long step, int firstItem)
    {
        try
        {
            for (; ; step += _readers.Length)
            {
                var segments = new Segment[batchSize];
                for (var item = 0; item < batchSize; item++)
                    segments[item] = _source.Next(seed, step, firstItem + item, _free.TryTake(out var free) ? free : null);

                ready.Add(new SegmentBatch(step, segments), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (Exception e)
        {
            // Whatever it is, it belongs to the thread that takes the batches.
            _failure = e;
            ready.CompleteAdding();
        }
    }
}
