namespace SparseAudio.Codec.Editing;

/// <summary>An edit that a code does not allow; the message says what stands in the way and what to do.</summary>
public sealed class CodeEditException(string message) : Exception(message);
