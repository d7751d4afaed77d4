using static TorchSharp.torch;

namespace SparseAudio.IO.SafeTensors;

/// <summary>Torch's tensors and modules to and from safetensors files.</summary>
public static class StateDictFile
{
    /// <summary>Writes tensors to a file; see <see cref="SafeTensorsWriter.Save"/> for what happens when that fails.</summary>
    /// <param name="path">The file; an existing one is replaced in one go.</param>
    /// <param name="tensors">The tensors by name, of any shape and on any device.</param>
    /// <param name="metadata">Free text by key.</param>
    /// <exception cref="SafeTensorsException">The file cannot be written, or an element type has no place in the format.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        SafeTensorsWriter writer = NewWriter();
        foreach ((string name, Tensor tensor) in tensors)
        {
            Add(writer, path, name, tensor);
        }

        foreach ((string key, string value) in metadata ?? new Dictionary<string, string>())
        {
            writer.Metadata[key] = value;
        }

        writer.Save(path);
    }

    /// <summary>Reads all tensors of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the tensors go; the CPU when null.</param>
    /// <returns>The tensors by name; they belong to the caller's dispose scope.</returns>
    /// <exception cref="SafeTensorsException">The file breaks a rule of the format or holds a type that torch lacks.</exception>
    public static Dictionary<string, Tensor> Load(string path, Device? device = null)
    {
        using var scope = NewDisposeScope();
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        foreach (SafeTensorsEntry entry in file.Entries)
        {
            _ = ToTorch(file.Path, entry);
        }

        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (SafeTensorsEntry entry in file.Entries)
        {
            tensors.Add(entry.Name, Place(Read(file, entry), device).MoveToOuterDisposeScope());
        }

        return tensors;
    }

    /// <summary>
    /// Reads a module's whole state (parameters and buffers) from a file. Everything is read and judged before the first
    /// number is copied: when this throws, the module is as it was.
    /// </summary>
    /// <param name="module">The module; its <c>state_dict</c> names the tensors.</param>
    /// <param name="path">The file; it must hold exactly these tensors with these types and shapes.</param>
    /// <exception cref="SafeTensorsException">
    /// The file breaks a rule of the format; a tensor is missing, unknown, of another type or shape; or a number is NaN or infinite.
    /// </exception>
    public static void LoadInto(nn.Module module, string path)
    {
        ArgumentNullException.ThrowIfNull(module);
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        var load = new StagedLoad(file);
        load.ExpectAll(module.state_dict(), "");
        load.Apply();
    }

    /// <summary>A writer that marks its files as PyTorch's, as other readers expect.</summary>
    internal static SafeTensorsWriter NewWriter()
    {
        var writer = new SafeTensorsWriter();
        writer.Metadata["format"] = "pt";
        return writer;
    }

    /// <summary>Adds a tensor to a writer; its bytes are fetched when the file is written.</summary>
    internal static void Add(SafeTensorsWriter writer, string path, string name, Tensor tensor) =>
        writer.Add(name, FromTorch(path, name, tensor.dtype), tensor.shape, destination =>
        {
            using var scope = NewDisposeScope();
            destination.Write(tensor.detach().cpu().contiguous().bytes);
        });

    /// <summary>Reads one tensor to the CPU; it belongs to the current dispose scope.</summary>
    internal static Tensor Read(SafeTensorsFile file, SafeTensorsEntry entry)
    {
        Tensor tensor = empty([.. entry.Shape], dtype: ToTorch(file.Path, entry), device: CPU);
        file.Read(entry, tensor.bytes);
        return tensor;
    }

    /// <summary>Torch's element type for a file's tensor.</summary>
    internal static ScalarType ToTorch(string path, SafeTensorsEntry entry) => entry.Type switch
    {
        SafeTensorsType.Bool => ScalarType.Bool,
        SafeTensorsType.U8 => ScalarType.Byte,
        SafeTensorsType.I8 => ScalarType.Int8,
        SafeTensorsType.I16 => ScalarType.Int16,
        SafeTensorsType.I32 => ScalarType.Int32,
        SafeTensorsType.I64 => ScalarType.Int64,
        SafeTensorsType.F16 => ScalarType.Float16,
        SafeTensorsType.BF16 => ScalarType.BFloat16,
        SafeTensorsType.F32 => ScalarType.Float32,
        SafeTensorsType.F64 => ScalarType.Float64,
        _ => throw new SafeTensorsException(path, $"tensor '{entry.Name}' is {entry.Type.FormatName()}, which torch has not"),
    };

    private static Tensor Place(Tensor tensor, Device? device) => device is null || device.type == tensor.device.type
        ? tensor
        : empty(tensor.shape, dtype: tensor.dtype, device: device).copy_(tensor);

    private static SafeTensorsType FromTorch(string path, string name, ScalarType type) => type switch
    {
        ScalarType.Bool => SafeTensorsType.Bool,
        ScalarType.Byte => SafeTensorsType.U8,
        ScalarType.Int8 => SafeTensorsType.I8,
        ScalarType.Int16 => SafeTensorsType.I16,
        ScalarType.Int32 => SafeTensorsType.I32,
        ScalarType.Int64 => SafeTensorsType.I64,
        ScalarType.Float16 => SafeTensorsType.F16,
        ScalarType.BFloat16 => SafeTensorsType.BF16,
        ScalarType.Float32 => SafeTensorsType.F32,
        ScalarType.Float64 => SafeTensorsType.F64,
        _ => throw new SafeTensorsException(path, $"tensor '{name}' is {type}, which the format has not; store its real and imaginary parts"),
    };
}
