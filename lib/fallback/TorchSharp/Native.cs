using System.Reflection;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The C boundary of native/engine.cpp, and what must be set in the process before libtorch loads.</summary>
internal static unsafe partial class Native
{
    private const string Library = "sparseaudio_torch";

    /// <summary>Mirrors the native <c>Value</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Value
    {
        public Kind Kind;
        public int Count;
        public long Integer;
        public double Real;
        public nint Pointer;
    }

    internal enum Kind { None, Int, Double, Bool, TensorHandle, IntList, TensorList, Text, GeneratorHandle }

    static Native()
    {
        NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);
        if (OperatingSystem.IsLinux())
        {
            PrepareProcess();
        }
        ThrowIfFailed(engine_set_threads(Environment.ProcessorCount));
    }

    // Idle OpenMP threads spin by default, which makes a step many times slower as soon as anything else runs.
    // Big temporaries are handed back to the kernel after every step by default, and page faults then cost as much as the work.
    private static void PrepareProcess()
    {
        const int trimThreshold = -1, mmapThreshold = -3;
        const int gibibyte = 1 << 30;
        _ = setenv("OMP_WAIT_POLICY", "passive", 0);
        _ = mallopt(mmapThreshold, gibibyte);
        _ = mallopt(trimThreshold, int.MaxValue);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }
        var file = Path.Combine(Path.GetDirectoryName(assembly.Location) ?? AppContext.BaseDirectory, $"lib{Library}.so");
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException($"The engine could not be loaded from {file}: {e.Message} Run `./workbook setup`, which installs libtorch and compiles it.", e);
        }
    }

    internal static void ThrowIfFailed(int status)
    {
        if (status < 0)
        {
            throw Failure();
        }
    }

    internal static nint ThrowIfNull(nint pointer) => pointer != 0 ? pointer : throw Failure();

    /// <summary>The last failure as TorchSharp reports it, cut to the lines that say something.</summary>
    private static ExternalException Failure()
    {
        const int lines = 6;
        var text = Marshal.PtrToStringUTF8(engine_last_error()) ?? "unknown error";
        return new ExternalException(string.Join('\n', text.Split('\n').Take(lines)).TrimEnd());
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport(Library)]
    internal static partial nint engine_last_error();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint engine_find(string name, string overload);
    [LibraryImport(Library)]
    internal static partial int engine_call(nint op, Value* arguments, int count, Value* results, int capacity);

    [LibraryImport(Library)]
    internal static partial void engine_free_tensor(nint tensor);
    [LibraryImport(Library)]
    internal static partial void engine_free_list(nint handles);
    [LibraryImport(Library)]
    internal static partial long engine_dim(nint tensor);
    [LibraryImport(Library)]
    internal static partial long engine_numel(nint tensor);
    [LibraryImport(Library)]
    internal static partial long engine_element_size(nint tensor);
    [LibraryImport(Library)]
    internal static partial int engine_dtype(nint tensor);
    [LibraryImport(Library)]
    internal static partial int engine_device_type(nint tensor);
    [LibraryImport(Library)]
    internal static partial int engine_device_index(nint tensor);
    [LibraryImport(Library)]
    internal static partial int engine_is_contiguous(nint tensor);
    [LibraryImport(Library)]
    internal static partial int engine_requires_grad(nint tensor);
    [LibraryImport(Library)]
    internal static partial void engine_shape(nint tensor, long* sizes);
    [LibraryImport(Library)]
    internal static partial nint engine_data(nint tensor);
    [LibraryImport(Library)]
    internal static partial int engine_set_requires_grad(nint tensor, int value);
    [LibraryImport(Library)]
    internal static partial nint engine_from_bytes(void* bytes, long byteCount, long* sizes, int dims, int dtype);

    [LibraryImport(Library)]
    internal static partial int engine_backward(nint[] tensors, nint[]? gradients, int count, int retainGraph, int createGraph);
    [LibraryImport(Library)]
    internal static partial int engine_gradients(nint[] outputs, nint[]? outputGradients, int outputCount, nint[] inputs, int inputCount, int retainGraph, int createGraph, int allowUnused, nint[] results);
    [LibraryImport(Library)]
    internal static partial int engine_grad_enabled();
    [LibraryImport(Library)]
    internal static partial void engine_set_grad_enabled(int enabled);
    [LibraryImport(Library)]
    internal static partial int engine_threads();
    [LibraryImport(Library)]
    internal static partial int engine_set_threads(int count);

    [LibraryImport(Library)]
    internal static partial nint engine_generator(ulong seed);
    [LibraryImport(Library)]
    internal static partial nint engine_default_generator();
    [LibraryImport(Library)]
    internal static partial void engine_free_generator(nint generator);
    [LibraryImport(Library)]
    internal static partial void engine_seed_generator(nint generator, ulong seed);
}
