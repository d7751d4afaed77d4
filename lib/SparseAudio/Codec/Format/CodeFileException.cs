namespace SparseAudio.Codec.Format;

/// <summary>A code file that cannot be read; the message names the file and what is wrong with it.</summary>
public sealed class CodeFileException(string file, string reason, Exception? inner = null)
    : Exception($"{file}: not a usable code file: {reason}.", inner)
{
    /// <summary>The file, or a word for where the bytes came from.</summary>
    public string File { get; } = file;
}
