using System.Diagnostics;

namespace SparseAudio.Training;

/// <summary>Reads the segments of the coming steps in the background while the present one is computed.</summary>
/// <param name="data">Where the segments come from.</param>
/// <param name="seed">The training's seed.</param>
/// <param name="batchSize">Segments a step.</param>
/// <param name="depth">How many steps to read ahead; 0 reads when asked.</param>
internal sealed class ReadAhead(ITrainingData data, long seed, int batchSize, int depth)
{
    private readonly Queue<(long Step, Task<TrainingBatch> Batch)> _coming = new();
    private readonly Stopwatch _waited = new();
    private Task _last = Task.CompletedTask;

    /// <summary>How long the training has stood still for want of data.</summary>
    public TimeSpan Waited => _waited.Elapsed;

    /// <summary>The segments of a step.</summary>
    /// <param name="step">The step; fastest when it follows the one before.</param>
    /// <returns>(batch, 1, samples) and where they come from.</returns>
    public TrainingBatch Take(long step)
    {
        while (_coming.Count > 0 && _coming.Peek().Step != step)
        {
            _coming.Dequeue();
        }

        for (long next = step + _coming.Count; next <= step + depth; next++)
        {
            _coming.Enqueue((next, Start(next)));
        }

        _waited.Start();
        try
        {
            return _coming.Dequeue().Batch.GetAwaiter().GetResult();
        }
        finally
        {
            _waited.Stop();
        }
    }

    // One after the other, whether or not the one before went well: its error belongs to its own step.
    private Task<TrainingBatch> Start(long step)
    {
        Task<TrainingBatch> task = _last.ContinueWith(_ => Read(step), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _last = task;
        return task;
    }

    private TrainingBatch Read(long step)
    {
        int length = data.SegmentSamples;
        float[] samples = new float[batchSize * length];
        string[] origins = new string[batchSize];
        for (int item = 0; item < batchSize; item++)
        {
            TrainingSegment segment = data.Read(seed, step, item);
            segment.Samples.AsSpan(0, length).CopyTo(samples.AsSpan(item * length));
            origins[item] = segment.Origin;
        }

        return new TrainingBatch(samples, origins);
    }
}
