namespace SparseAudio.Parity;

/// <summary>A folder of reference values that cannot be used.</summary>
/// <param name="file">The file that is missing or broken.</param>
/// <param name="reason">What is wrong with it.</param>
public sealed class GoldenException(string file, string reason) : Exception($"{file}: {reason}")
{
    /// <summary>The file that is missing or broken.</summary>
    public string File { get; } = file;
}
