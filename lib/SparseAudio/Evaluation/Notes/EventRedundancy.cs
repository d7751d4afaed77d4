namespace SparseAudio.Evaluation.Notes;

/// <summary>
/// The share of events that a code does not need: without one of them the log-mel distance to the original stays as it was, but for
/// a hundredth of itself.
/// </summary>
public static class EventRedundancy
{
    /// <summary>A change of the log-mel distance by less than this share of it is none.</summary>
    public const double LeastChange = 0.01;

    /// <summary>Measures how many events could go, each on its own.</summary>
    /// <param name="reference">The original.</param>
    /// <param name="events">The number of events; with none the result is 0.</param>
    /// <param name="whole">What all events sound like together, as long as the original.</param>
    /// <param name="without">What all but one sound like together, as long as the original; called once with each event's number.</param>
    /// <param name="sampleRate">Samples a second of all sounds.</param>
    /// <returns>0 (each is needed) to 1.</returns>
    /// <exception cref="ArgumentException">A sound has another length than the original, or 1024 samples or fewer.</exception>
    public static double Share(ReadOnlySpan<float> reference, int events, float[] whole, Func<int, float[]> without, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(without);
        var distance = AudioMetrics.LogMelDistance(reference, whole, sampleRate);
        var spare = 0;
        for (var i = 0; i < events; i++)
        {
            var change = Math.Abs(AudioMetrics.LogMelDistance(reference, without(i), sampleRate) - distance);
            if (change <= LeastChange * distance)
                spare++;
        }

        return events == 0 ? 0 : (double)spare / events;
    }
}
