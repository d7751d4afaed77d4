namespace SparseAudio.Codec;

/// <summary>
/// Finds out whether every context of a code is just what its segment's own events make, as in a code that was not edited.
/// The events come one by one, in order.
/// </summary>
internal sealed class DerivedContexts(CodeLayout layout)
{
    private readonly List<SoundEvent> _segment = [];
    private SoundContext? _context;
    private bool _derived = true;

    public void Add(HeardEvent heard)
    {
        if (!_derived) return;
        if (_segment.Count > 0 && layout.SegmentOf(heard.Event) != layout.SegmentOf(_segment[0])) EndSegment();
        if (_segment.Count == 0) _context = heard.Context;
        _segment.Add(heard.Event);
        _derived = _derived && heard.Event.Gain == 1 && heard.Context.Equals(_context);
    }

    /// <summary>Whether it holds for all events that came; nothing can be added after this.</summary>
    public bool End()
    {
        EndSegment();
        return _derived;
    }

    private void EndSegment()
    {
        if (_segment.Count > 0) _derived = _derived && SoundContext.Of(_segment, _context!.Level).Equals(_context);
        _segment.Clear();
    }
}
