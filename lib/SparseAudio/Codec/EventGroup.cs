namespace SparseAudio.Codec;

/// <summary>Events that the model decodes as one item of a batch: of one segment and one context.</summary>
/// <param name="FirstFrame">The frame at which their segment begins.</param>
/// <param name="Context">Their context.</param>
/// <param name="Events">At least one.</param>
internal sealed record EventGroup(int FirstFrame, SoundContext Context, IReadOnlyList<SoundEvent> Events)
{
    // The segments that the groups of a batch span at most.
    private const int MostSegments = 16;

    // The events of a batch of small groups. Twice as many are hardly faster on a CPU and take 100 MB more.
    private const int MostInBatch = 32;

    /// <summary>Groups in order, in batches that the model decodes at once: one large group, or many with few events.</summary>
    /// <param name="events">The events of a code in the order of their frames.</param>
    /// <param name="layout">The grid of the code.</param>
    /// <param name="mostEvents">The events of a group at most: as many as the model's encoder finds in a segment.</param>
    public static IEnumerable<IReadOnlyList<EventGroup>> Batches(IEnumerable<EventInContext> events, CodeLayout layout, int mostEvents)
    {
        var batch = new List<EventGroup>();
        var largest = 0;
        foreach (var group in Segments(events, layout).SelectMany(segment => Groups(segment, layout, mostEvents)))
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

    private static IEnumerable<List<EventInContext>> Segments(IEnumerable<EventInContext> events, CodeLayout layout)
    {
        var segment = new List<EventInContext>();
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

    private static IEnumerable<EventGroup> Groups(List<EventInContext> segment, CodeLayout layout, int mostEvents)
    {
        var firstFrame = layout.SegmentOf(segment[0].Event) * layout.SegmentFrames;
        return segment.GroupBy(e => e.Context, e => e.Event)
            .SelectMany(group => group.Chunk(mostEvents).Select(events => new EventGroup(firstFrame, group.Key, events)));
    }
}
