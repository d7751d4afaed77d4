using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseAudio.Models;

/// <summary>The device that everything is computed on: chosen once, and said.</summary>
/// <param name="Device">The device.</param>
/// <param name="Reason">Why this one, for a log: <c>cuda:0, since a GPU is there</c>.</param>
public sealed record DeviceChoice(Device Device, string Reason)
{
    private const string Spellings = "use auto, cpu, cuda or a numbered one such as cuda:1";

    /// <summary>Chooses by name on this machine.</summary>
    /// <param name="name"><c>auto</c> (a GPU where there is one), <c>cpu</c>, <c>cuda</c> (the first GPU) or <c>cuda:N</c>.</param>
    /// <returns>The device and the reason for it.</returns>
    /// <exception cref="DeviceException">No such name, or no such GPU.</exception>
    /// <exception cref="TorchLibraryException">This system cannot load torch.</exception>
    public static DeviceChoice From(string name) =>
        name == "cpu" ? From(name, new GpuState(0, false, false, false)) : From(name, GpuState.OfThisMachine());

    /// <summary>Chooses by name on a machine in a given state.</summary>
    /// <param name="name">As in <see cref="From(string)"/>.</param>
    /// <param name="gpu">What there is to choose from.</param>
    /// <returns>The device and the reason for it.</returns>
    /// <exception cref="DeviceException">No such name, or no such GPU.</exception>
    /// <exception cref="TorchLibraryException">This system cannot load torch.</exception>
    public static DeviceChoice From(string name, GpuState gpu)
    {
        TorchLibrary.Require();
        if (name == "cpu") return new DeviceChoice(CPU, "cpu, as asked");
        if (name == "auto")
            return gpu.Devices > 0 ? new DeviceChoice(Gpu(0), "cuda:0, since a GPU is there") : new DeviceChoice(CPU, "cpu, since no GPU is there");

        var parts = name.Split(':');
        var index = 0;
        if (parts[0] != "cuda" || parts.Length > 2 || (
            parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
        {
            throw new DeviceException($"there is no device '{name}': {Spellings}");
        }

        if (gpu.Devices == 0) throw new DeviceException($"{name} was asked for, but {WhyNone(gpu)}, or compute on the CPU with cpu");
        if (index >= gpu.Devices)
            throw new DeviceException($"{name} was asked for, but this machine has {gpu.Devices} GPU(s), the last being cuda:{gpu.Devices - 1}");
        return new DeviceChoice(Gpu(index), $"cuda:{index}, as asked");
    }

    // Only a name: torch looks for the GPU when the first tensor goes there.
    private static Device Gpu(int index) => new(DeviceType.CUDA, index);

    // In the order in which one would look: without a driver no package helps, without the package nothing can be joined.
    private static string WhyNone(GpuState gpu) => gpu switch
    {
        { Driver: false } =>
            "NVIDIA's driver is not installed: install it until 'nvidia-smi' lists your GPU (in a container, start it with GPU access)",
        { Package: false } =>
            "this build has torch for the CPU only: run './workbook setup' where 'nvidia-smi' answers, or build with -p:TorchDevice=cuda",
        { Whole: false } => "torch's CUDA libraries lie in pieces that a build joins: run './workbook clean' and './workbook setup'",
        _ =>
            $"torch finds no usable GPU{(gpu.Trouble is null ? "" : $" ({gpu.Trouble})")}: the driver may be older than the CUDA 12.8 libraries "
                + $"need, so update it",
    };
}

/// <summary>A device that is not one, or is not there; the message says why and what to do.</summary>
/// <param name="message">What was asked for, what is missing, and the way out.</param>
public sealed class DeviceException(string message) : Exception(message);

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
