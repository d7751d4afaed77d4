namespace SparseAudio.Models;

/// <summary>A device that is not one, or is not there; the message says why and what to do.</summary>
/// <param name="message">What was asked for, what is missing, and the way out.</param>
public sealed class DeviceException(string message) : Exception(message);
