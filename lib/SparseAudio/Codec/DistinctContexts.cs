namespace SparseAudio.Codec;

/// <summary>Contexts in the order in which they first come, each once.</summary>
internal sealed class DistinctContexts
{
    private readonly Dictionary<SoundContext, int> _numbers = [];
    private readonly List<SoundContext> _contexts = [];

    public IReadOnlyList<SoundContext> All => _contexts;

    /// <summary>The number of a context; a new one gets the next.</summary>
    public int NumberOf(SoundContext context)
    {
        if (_numbers.TryGetValue(context, out var number)) return number;
        _contexts.Add(context);
        return _numbers[context] = _contexts.Count - 1;
    }
}
