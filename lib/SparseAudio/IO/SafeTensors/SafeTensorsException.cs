namespace SparseAudio.IO.SafeTensors;

/// <summary>A safetensors file that cannot be read or written, with the reason.</summary>
/// <param name="path">The file.</param>
/// <param name="reason">What is wrong with it, naming the tensor or field where one is to blame.</param>
/// <param name="inner">The error underneath, if any.</param>
public sealed class SafeTensorsException(string path, string reason, Exception? inner = null)
    : Exception($"{path}: {reason}", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;
}
