namespace SparseAudio.Training;

/// <summary>Where training segments come from; which segment a step gets is a function of (seed, step, item) alone.</summary>
public interface ITrainingData
{
    /// <summary>Samples a segment.</summary>
    int SegmentSamples { get; }

    /// <summary>Reads one segment; called from a thread in the background, one call at a time.</summary>
    /// <param name="seed">The training's seed.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="item">The place in the batch, from 0.</param>
    /// <returns>The segment.</returns>
    TrainingSegment Read(long seed, long step, int item);
}

/// <summary>One segment for training.</summary>
/// <param name="Samples">(samples) at full scale ±1.</param>
/// <param name="Origin">Where it comes from, for messages: the recording and the first sample.</param>
public sealed record TrainingSegment(float[] Samples, string Origin);

/// <summary>The segments of one step.</summary>
/// <param name="Samples">(batch, 1, samples), last dimension fastest.</param>
/// <param name="Origins">Where each comes from.</param>
internal sealed record TrainingBatch(float[] Samples, IReadOnlyList<string> Origins);
