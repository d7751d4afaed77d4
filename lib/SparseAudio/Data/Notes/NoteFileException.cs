namespace SparseAudio.Data.Notes;

/// <summary>A file of notes (labels or MIDI) cannot be read; the message says which file, where in it, and what is wrong.</summary>
/// <param name="file">The file.</param>
/// <param name="reason">What is wrong, with the place where there is one.</param>
/// <param name="remedy">What can be done about it.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class NoteFileException(string file, string reason, string? remedy = null, Exception? cause = null)
    : Exception($"{file}: {reason}{(remedy is null ? "" : $"; {remedy}")}", cause)
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>What is wrong.</summary>
    public string Reason { get; } = reason;
}
