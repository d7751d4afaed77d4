using System.Diagnostics;
using SparseAudio.Audio;

namespace SparseAudio.Evaluation;

/// <summary>Lets systems rebuild the segments of recordings and measures what they make of them.</summary>
public static class EvaluationRun
{
    /// <summary>The segments of a recording: one after the other, or so many evenly spread over it.</summary>
    /// <param name="clip">The recording.</param>
    /// <param name="length">Samples of a segment.</param>
    /// <param name="count">How many; null: as many as follow one another without overlap.</param>
    /// <returns>The first sample of every segment; none where the recording is shorter than one.</returns>
    public static IReadOnlyList<int> Starts(AudioClip clip, int length, int? count)
    {
        var last = clip.Samples.Length - length;
        if (last < 0) return [];
        if (count is not { } wanted) return [.. Enumerable.Range(0, clip.Samples.Length / length).Select(i => i * length)];
        return [.. Enumerable.Range(0, wanted).Select(i => wanted == 1 ? last / 2 : (int)((long)last * i / (wanted - 1)))];
    }

    /// <summary>Measures every system on every segment. Segments are scaled to a peak of 1, as in training; silent ones are left out.</summary>
    /// <param name="clips">The recordings.</param>
    /// <param name="systems">The systems.</param>
    /// <param name="length">Samples of a segment.</param>
    /// <param name="segmentsPerClip">How many segments of each recording; null: all.</param>
    /// <param name="progress">Is told how much of the whole is done, 0 to 1.</param>
    /// <param name="cancellation">Ends early with an exception.</param>
    public static IReadOnlyList<EvaluationRecord> Measure(
        IReadOnlyList<AudioClip> clips,
        IReadOnlyList<IReconstructor> systems,
        int length,
        int? segmentsPerClip = null,
        Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        var places = clips.SelectMany(clip => Starts(clip, length, segmentsPerClip).Select(start => (clip, start))).ToArray();
        var records = new List<EvaluationRecord>();
        for (var i = 0; i < places.Length; i++)
        {
            var (clip, start) = places[i];
            var samples = Segment(clip, start, length);
            foreach (var system in systems)
            {
                cancellation.ThrowIfCancellationRequested();
                if (samples is null) continue;
                var watch = Stopwatch.StartNew();
                var rebuilt = system.Rebuild(samples, cancellation);
                var seconds = watch.Elapsed.TotalSeconds;
                var metrics = AudioMetrics.Compare(samples, rebuilt.Sound, clip.SampleRate);
                var events = rebuilt.Events is { } sounds ? EventMetrics.Measure(samples, sounds) : null;
                records.Add(new(system.Name, clip.Name, start, metrics, events, rebuilt.Channels, seconds)
                {
                    EventCount = rebuilt.EventCount,
                    Numbers = rebuilt.Numbers ?? system.NumbersPer(length),
                    BitsPerSecond = rebuilt.Bits * clip.SampleRate / length,
                });
            }

            progress?.Invoke((i + 1) / (double)places.Length);
        }

        return records;
    }

    /// <summary>A segment as systems get it: scaled to a peak of 1.</summary>
    /// <param name="clip">The recording.</param>
    /// <param name="start">The segment's first sample.</param>
    /// <param name="length">Samples of the segment.</param>
    /// <returns>(length), or null where the segment is silent.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The recording does not reach so far.</exception>
    public static float[]? Segment(AudioClip clip, int start, int length)
    {
        var samples = clip.Samples.AsSpan(start, length);
        var peak = 0f;
        foreach (var sample in samples) peak = Math.Max(peak, Math.Abs(sample));
        if (peak == 0) return null;
        var result = new float[samples.Length];
        for (var i = 0; i < result.Length; i++) result[i] = samples[i] / peak;
        return result;
    }
}

/// <summary>What was measured of one segment, rebuilt by one system.</summary>
/// <param name="System">The system.</param>
/// <param name="Clip">The recording.</param>
/// <param name="Start">The segment's first sample in the recording.</param>
/// <param name="Metrics">How close the rebuilt segment is.</param>
/// <param name="Events">How well its events share the work, where that was asked for.</param>
/// <param name="Channels">The channels of its events, where they have any.</param>
/// <param name="Seconds">How long rebuilding took.</param>
public sealed record EvaluationRecord(
    string System, string Clip, int Start, AudioMetrics Metrics, EventMetrics? Events, IReadOnlyList<int>? Channels, double Seconds)
{
    /// <summary>How many events the segment got; 0 for a system without events.</summary>
    public int EventCount { get; init; }

    /// <summary>How many numbers the system keeps of the segment.</summary>
    public double Numbers { get; init; }

    /// <summary>Bits that the code takes for a second of sound, where the system has a code.</summary>
    public double? BitsPerSecond { get; init; }
}
