namespace SparseAudio.Models;

/// <summary>TorchSharp's native library cannot be loaded; the message says what it lacks and what to do.</summary>
/// <param name="message">What is missing, and the way out.</param>
public sealed class TorchLibraryException(string message) : Exception(message);
