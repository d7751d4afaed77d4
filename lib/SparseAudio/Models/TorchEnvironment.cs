using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SparseAudio.Models;

/// <summary>
/// What the native libraries of torch find in this process. Both settings must be made before these libraries are loaded, so
/// they are made as soon as any code of this assembly runs. Variables of the environment that are set already stay as they are.
/// </summary>
/// <remarks>
/// <para>
/// Memory: a training step allocates and frees hundreds of tensors of 10 to 100 MB. By default glibc gives each of them back to
/// the kernel, which has to fill the pages with zeros when the next tensor asks for them: at batch 4 of the published
/// preset that is 340,000 page faults in each step, and a third of its time. With the two thresholds raised, the memory stays
/// with the process. Threads other than the main one use heaps of at most 64 MB, past which glibc asks the kernel again;
/// with a single arena they use the main one. On other C libraries nothing is changed.
/// </para>
/// <para>
/// Threads: OpenMP's threads wait for work in a busy loop by default, which takes the processor from everything else that runs.
/// The library reads <c>OMP_WAIT_POLICY</c> when it is loaded. <see cref="Environment.SetEnvironmentVariable(string, string?)"/>
/// changes .NET's copy of the environment only, hence the call into the C library.
/// </para>
/// <para>
/// Garbage: TorchSharp makes a <see cref="TorchSharp.Scalar"/> of every number that an operator is given, and lets go of it before torch
/// has read it. A collection in the background can then free it, and torch fails with an error about the number: seen within seconds where
/// large arrays are allocated. Collections are therefore not made in the background, and threads beside the one that computes should
/// allocate little.
/// </para>
/// </remarks>
internal static partial class TorchEnvironment
{
    // The options of mallopt in malloc.h.
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int ArenaMax = -8;

    private const int Gibibyte = 1 << 30;

    // The highest threshold that glibc before 2.35 accepts.
    private const int OldestHighest = 32 << 20;

    /// <summary>Makes the settings; the runtime calls it once, before any other code of this assembly.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "There is no earlier place, and every program that uses the library needs it.")]
    internal static void Prepare()
    {
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = SetVariable("OMP_WAIT_POLICY", "passive", overwrite: 0);
            if (Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is null && SetOption(MmapThreshold, Gibibyte) == 0)
                _ = SetOption(MmapThreshold, OldestHighest);

            if (Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is null) _ = SetOption(TrimThreshold, int.MaxValue);
            if (Environment.GetEnvironmentVariable("MALLOC_ARENA_MAX") is null) _ = SetOption(ArenaMax, 1);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library than glibc, such as musl: its allocator has no such settings.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
