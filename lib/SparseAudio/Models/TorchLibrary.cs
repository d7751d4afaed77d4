using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace SparseAudio.Models;

/// <summary>
/// Whether this system can load TorchSharp's native library. TorchSharp itself prints a page about packages on the console
/// when it cannot, which does not say what is wrong; so this is asked before it is first used.
/// </summary>
public static partial class TorchLibrary
{
    private static readonly Lazy<string?> _trouble = new(() => TroubleWith("LibTorchSharp"));

    /// <summary>Says so where the system's C or C++ library is older than TorchSharp's native library needs.</summary>
    /// <exception cref="TorchLibraryException">It is.</exception>
    public static void Require()
    {
        if (_trouble.Value is { } trouble) throw new TorchLibraryException(trouble);
    }

    /// <summary>As <see cref="Require"/>, for the call of a module's base class, which already uses torch.</summary>
    /// <param name="name">The module's name, which is returned.</param>
    internal static string RequireFor(string name)
    {
        Require();
        return name;
    }

    /// <summary>What the loader's words mean, or null for all other words: TorchSharp has more ways to find what is merely not there.</summary>
    internal static string? Explain(string loaderSays) => NeededVersion().Match(loaderSays) is { Success: true } needed
        ? $"TorchSharp's native library needs {needed.Groups["version"].Value}, "
            + $"and this system's {needed.Groups["library"].Value} is older than that: "
            + "work in the dev container, or on Debian 12, Ubuntu 24.04 or later"
        : OutOfMemory().IsMatch(loaderSays)
            ? "there is not enough memory to load TorchSharp's native library, which takes a gigabyte of addresses: raise the limit (ulimit -v)"
        : null;

    private static string? TroubleWith(string library)
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            NativeLibrary.Load(library, typeof(torch).Assembly, null);
            LeaveNnpackOut();
            return null;
        }
        catch (DllNotFoundException error)
        {
            return Explain(error.Message);
        }
    }

    // On processors that NNPACK does not know, torch says so on stderr with every convolution that it might have computed, three times a segment.
    // oneDNN is faster anyway. TorchSharp has no name for this switch, so it is called by the one that C++ gives it.
    private static void LeaveNnpackOut()
    {
        try
        {
            SetUserEnabledNnpack(GlobalContext(), 0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another libtorch: it computes the same, and may say more.
        }
    }

    [LibraryImport("libtorch_cpu.so", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    [LibraryImport("libtorch_cpu.so", EntryPoint = "_ZN2at7Context20setUserEnabledNNPACKEb")]
    private static partial void SetUserEnabledNnpack(nint context, byte enabled);

    [GeneratedRegex(@"(?<library>[\w+-]+)\.so[.\d]*: version [`'](?<version>[^']+)' not found")]
    private static partial Regex NeededVersion();

    [GeneratedRegex(@"failed to map segment|[Cc]annot allocate memory")]
    private static partial Regex OutOfMemory();
}

/// <summary>TorchSharp's native library cannot be loaded; the message says what it lacks and what to do.</summary>
/// <param name="message">What is missing, and the way out.</param>
public sealed class TorchLibraryException(string message) : Exception(message);
