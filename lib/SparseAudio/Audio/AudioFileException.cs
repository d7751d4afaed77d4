namespace SparseAudio.Audio;

/// <summary>An audio file or a folder of them cannot be used; the message says which, where, why and what to do.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="reason">What is wrong with it.</param>
/// <param name="offset">Where in the file, in bytes, if known.</param>
/// <param name="remedy">What the reader of the message can do about it.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class AudioFileException(
    string path, string reason, long? offset = null, string? remedy = null, Exception? cause = null)
    : Exception(Describe(path, reason, offset, remedy), cause)
{
    /// <summary>The file or folder.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;

    /// <summary>Where in the file, in bytes; null if that is not known.</summary>
    public long? Offset { get; } = offset;

    /// <summary>What can be done about it, if there is something.</summary>
    public string? Remedy { get; } = remedy;

    private static string Describe(string path, string reason, long? offset, string? remedy)
    {
        var place = offset is { } at ? $" (byte {at})" : "";
        var advice = remedy is null ? "" : $"; {remedy}";
        return $"'{path}'{place}: {reason}{advice}";
    }
}
