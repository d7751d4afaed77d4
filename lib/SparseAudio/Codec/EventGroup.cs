using SparseAudio.Codec.Format;

namespace SparseAudio.Codec;

/// <summary>Events that the model plays as one: of one segment and one context.</summary>
/// <param name="FirstFrame">The frame at which their segment begins.</param>
/// <param name="Context">Their context.</param>
/// <param name="Events">At least one.</param>
internal sealed record EventGroup(int FirstFrame, SoundContext Context, IReadOnlyList<SoundEvent> Events)
{
    /// <summary>How many segments the groups of a batch span at most.</summary>
    public const int MostSegments = 16;

    // As many as a segment has after encoding.
    private const int MostEvents = 64;

    // Of small groups. Twice as many at once are hardly faster on a processor and take 100 MB more.
    private const int MostInBatch = 32;

    /// <summary>Groups in order, in batches that the model plays at once: one full group, or many with few events.</summary>
    /// <param name="events">In the order of their frames.</param>
    /// <param name="layout">How long segments are.</param>
    public static IEnumerable<IReadOnlyList<EventGroup>> Batches(IEnumerable<HeardEvent> events, CodeLayout layout)
    {
        var batch = new List<EventGroup>();
        var largest = 0;
        foreach (var group in Segments(events, layout).SelectMany(segment => Groups(segment, layout)))
        {
            largest = Math.Max(largest, group.Events.Count);
            if (batch.Count > 0 && ((batch.Count + 1) * largest > MostInBatch || group.FirstFrame >= batch[0].FirstFrame + MostSegments * layout.SegmentFrames))
            {
                yield return batch;
                (batch, largest) = ([], group.Events.Count);
            }
            batch.Add(group);
        }
        if (batch.Count > 0) yield return batch;
    }

    private static IEnumerable<List<HeardEvent>> Segments(IEnumerable<HeardEvent> events, CodeLayout layout)
    {
        var segment = new List<HeardEvent>();
        foreach (var item in events)
        {
            if (segment.Count > 0 && layout.SegmentOf(item.Event) != layout.SegmentOf(segment[0].Event))
            {
                yield return segment;
                segment = [];
            }
            segment.Add(item);
        }
        if (segment.Count > 0) yield return segment;
    }

    private static IEnumerable<EventGroup> Groups(List<HeardEvent> segment, CodeLayout layout)
    {
        var firstFrame = layout.SegmentOf(segment[0].Event) * layout.SegmentFrames;
        return segment.GroupBy(e => e.Context, e => e.Event)
            .SelectMany(group => group.Chunk(MostEvents).Select(events => new EventGroup(firstFrame, group.Key, events)));
    }
}
