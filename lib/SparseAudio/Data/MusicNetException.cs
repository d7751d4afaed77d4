namespace SparseAudio.Data;

/// <summary>MusicNet cannot be fetched, unpacked or read; the message says what, why and what to do.</summary>
/// <param name="subject">The address, file or archive entry.</param>
/// <param name="reason">What is wrong.</param>
/// <param name="remedy">What can be done about it.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class MusicNetException(string subject, string reason, string? remedy = null, Exception? cause = null)
    : Exception($"{subject}: {reason}{(remedy is null ? "" : $"; {remedy}")}", cause)
{
    /// <summary>What is wrong.</summary>
    public string Reason { get; } = reason;
}
