using System.Runtime.InteropServices;
using TorchSharp;

namespace SparseAudio.Models;

/// <summary>What this machine and this build have for computing on a GPU.</summary>
/// <param name="Devices">How many GPUs torch can use.</param>
/// <param name="Driver">Whether NVIDIA's driver is installed.</param>
/// <param name="Package">Whether the build carries torch's CUDA libraries.</param>
/// <param name="Whole">Whether those libraries, which come in several packages, were joined by a build.</param>
/// <param name="Trouble">What torch said when it was asked and failed.</param>
public sealed record GpuState(int Devices, bool Driver, bool Package, bool Whole, string? Trouble = null)
{
    /// <summary>Looks at this machine; torch is asked only where there is a driver.</summary>
    /// <returns>The state; nothing here throws for want of a GPU.</returns>
    public static GpuState OfThisMachine()
    {
        var driver = HasDriver();
        var files = CudaFiles();
        var package = files.Any(file => file.Contains("torch_cuda", StringComparison.Ordinal));
        var whole = package
            && !files.Any(file => file.Contains(".fragment", StringComparison.Ordinal) || file.EndsWith(".sha", StringComparison.Ordinal));
        if (!driver) return new GpuState(0, driver, package, whole);

        try
        {
            return new GpuState(torch.cuda.is_available() ? torch.cuda.device_count() : 0, driver, package, whole);
        }
        catch (Exception exception) when (
            exception is NotSupportedException or DllNotFoundException or ExternalException or TypeInitializationException)
        {
            return new GpuState(0, driver, package, whole, exception.Message.Split('\n')[0].Trim());
        }
    }

    private static bool HasDriver()
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1", out var library)) return false;
        NativeLibrary.Free(library);
        return true;
    }

    // Beside the program after a publish, below runtimes/ after a build.
    private static string[] CudaFiles()
    {
        // Not the program's folder: in a notebook that is the editor's.
        var folder = Path.GetDirectoryName(typeof(torch).Assembly.Location) is { Length: > 0 } beside ? beside : AppContext.BaseDirectory;
        var below = Path.Combine(folder, "runtimes");
        return
        [
            .. Directory.GetFiles(folder, "*torch_cuda*"),
            .. Directory.Exists(below) ? Directory.GetFiles(below, "*torch_cuda*", SearchOption.AllDirectories) : [],
        ];
    }
}
