namespace SparseAudio.Codec.Format;

/// <summary>Which context each event is heard in: mostly that of the event before, or the first that is not yet used.</summary>
internal sealed class ContextIndexCoder
{
    private const uint Same = 0;
    private const uint Next = 1;
    private const uint Other = 2;
    private readonly SymbolCoder _kind = new(2);
    private readonly GapCoder _index = new();
    private int _before;
    private int _used;

    public void Encode(RangeEncoder encoder, int index)
    {
        var kind = index == _used ? Next : index == _before ? Same : Other;
        _kind.Encode(encoder, kind);
        if (kind == Other) _index.Encode(encoder, (uint)index);
        Remember(index);
    }

    public int Decode(RangeDecoder decoder)
    {
        var kind = _kind.Decode(decoder);
        var index = kind == Next ? _used : kind == Same ? _before : (int)_index.Decode(decoder);
        Remember(index);
        return index;
    }

    private void Remember(int index)
    {
        _before = index;
        if (index == _used) _used++;
    }
}
