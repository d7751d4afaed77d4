namespace SparseAudio.Codec;

/// <summary>
/// Decides whether every context of a code can be inferred from the events of its segment, as in a code that was not edited:
/// a code file then need not list the contexts. The events come one by one, in order.
/// </summary>
/// <param name="layout">The grid of the code.</param>
internal sealed class ContextInference(CodeLayout layout)
{
    private readonly List<SoundEvent> _segment = [];
    private SoundContext? _context;
    private bool _inferable = true;

    /// <summary>Whether all contexts of a code can be inferred.</summary>
    public static bool Holds(ICode code)
    {
        var inference = new ContextInference(code.Layout);
        foreach (var item in code.EventsInContext()) inference.Add(item);
        return inference.End();
    }

    public void Add(EventInContext item)
    {
        if (!_inferable) return;
        if (_segment.Count > 0 && layout.SegmentOf(item.Event) != layout.SegmentOf(_segment[0])) EndSegment();
        if (_segment.Count == 0) _context = item.Context;
        _segment.Add(item.Event);
        _inferable = _inferable && item.Event.Gain == 1 && item.Context.Equals(_context);
    }

    /// <summary>Whether the contexts of all events that came can be inferred; nothing can be added after this.</summary>
    public bool End()
    {
        EndSegment();
        return _inferable;
    }

    private void EndSegment()
    {
        if (_segment.Count > 0) _inferable = _inferable && SoundContext.Of(_segment, _context!.Level).Equals(_context);
        _segment.Clear();
    }
}
