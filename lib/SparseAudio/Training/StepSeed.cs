using TorchSharp;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>Seeds for everything random within one step, so that a step is the same however the training got there.</summary>
public static class StepSeed
{
    /// <summary>A well mixed number (SplitMix64) from a seed and a step.</summary>
    /// <param name="seed">The training's seed.</param>
    /// <param name="step">The step.</param>
    /// <returns>0 or more; neighbouring arguments give unrelated results.</returns>
    public static long For(long seed, long step)
    {
        ulong mixed = unchecked(((ulong)seed * 0xD1342543DE82EF95UL) + ((ulong)step * 0x9E3779B97F4A7C15UL));
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL);
        return (long)((mixed ^ (mixed >> 31)) >> 1);
    }

    /// <summary>Seeds what draws numbers on a device: TorchSharp's manual_seed alone reaches the CPU's generator only.</summary>
    /// <param name="seed">The training's seed.</param>
    /// <param name="step">The step.</param>
    /// <param name="device">Where the model is.</param>
    public static void Set(long seed, long step, Device device)
    {
        long mixed = For(seed, step);
        _ = manual_seed(mixed);
        if (device.type == DeviceType.CUDA)
        {
            cuda.manual_seed_all(mixed);
        }
    }
}
