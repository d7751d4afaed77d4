namespace SparseAudio.Data.MadeMusic;

/// <summary>Music cannot be made; the message says what, why and what to do.</summary>
/// <param name="subject">The file, folder or setting.</param>
/// <param name="reason">What is wrong.</param>
/// <param name="remedy">What can be done about it.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class MadeMusicException(string subject, string reason, string? remedy = null, Exception? cause = null)
    : Exception($"{subject}: {reason}{(remedy is null ? "" : $"; {remedy}")}", cause);
