namespace SparseAudio.Data;

/// <summary>
/// Evenly distributed bits from whole numbers, the same on every machine: the generator SplitMix64 of Steele, Lea and Flood, "Fast
/// splittable pseudorandom number generators" (2014), https://doi.org/10.1145/2660193.2660195.
/// </summary>
internal static class SplitMix64
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The output of the generator at a state.</summary>
    public static ulong Next(ulong state) => Mix(state + Golden);

    /// <summary>Hashes numbers, such as seed, step and place in the batch; neighbouring numbers give unrelated results.</summary>
    public static ulong Hash(params ReadOnlySpan<long> numbers)
    {
        var state = 0UL;
        foreach (var number in numbers) state = Next(state + Mix((ulong)number));
        return state;
    }

    // The finalizer: every input bit reaches every output bit.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
