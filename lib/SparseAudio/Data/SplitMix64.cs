namespace SparseAudio.Data;

/// <summary>Turns seed, step, item and attempt into 64 evenly distributed bits.</summary>
internal static class SegmentHash
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The same bits for the same numbers, on every machine.</summary>
    public static ulong Of(params ReadOnlySpan<long> numbers)
    {
        var state = 0UL;
        foreach (var number in numbers)
        {
            state = Mix(state + Golden + Mix((ulong)number));
        }

        return state;
    }

    // The finalizer of SplitMix64: every input bit reaches every output bit.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
