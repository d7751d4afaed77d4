namespace SparseAudio.Data;

/// <summary>Something in a folder that is not used.</summary>
/// <param name="Path">Its name relative to the folder.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Damaged">Whether something is wrong with it, as opposed to, say, being short.</param>
public sealed record SkippedFile(string Path, string Reason, bool Damaged = true);
