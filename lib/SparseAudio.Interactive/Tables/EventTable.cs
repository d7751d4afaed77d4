using SparseAudio.Audio;
using SparseAudio.Interactive.Charts;

namespace SparseAudio.Interactive.Tables;

/// <summary>Events as rows, each with its sound.</summary>
internal static class EventTable
{
    // What lies this far below an event's peak is cut off at its ends: players of silence help nobody.
    private const float Inaudible = 1e-2f;

    public static DataTable Of(string title, IReadOnlyList<EventMark> events, Func<int, AudioClip> soundOf, int rows)
    {
        var shown = events.Select((mark, index) => (mark, index)).Take(rows).Select(item => (IReadOnlyList<object>)
        [
            item.index + 1,
            $"{item.mark.Seconds:0.000}",
            item.mark.Channel,
            Rounded.Significant(item.mark.Amplitude, 3),
            Trimmed(soundOf(item.index)) with { Name = $"event {item.index + 1}" },
        ]);
        string? note = events.Count > rows ? $"The first {rows} of {events.Count} events." : null;
        return new DataTable(title, ["event", "time (s)", "channel", "amplitude", "its sound"], [.. shown], note);
    }

    /// <summary>The audible part of a clip; a clip without any stays as it is.</summary>
    internal static AudioClip Trimmed(AudioClip clip)
    {
        float threshold = clip.Samples.Select(Math.Abs).DefaultIfEmpty(0).Max() * Inaudible;
        int first = Array.FindIndex(clip.Samples, sample => Math.Abs(sample) > threshold);
        int last = Array.FindLastIndex(clip.Samples, sample => Math.Abs(sample) > threshold);
        return first < 0 ? clip : clip.Slice(first, last - first + 1);
    }
}
