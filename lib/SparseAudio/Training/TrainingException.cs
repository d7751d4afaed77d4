namespace SparseAudio.Training;

/// <summary>A training that cannot start or go on; the message says why and what to do.</summary>
/// <param name="message">What is wrong, which field or step, and the way out.</param>
/// <param name="inner">The error underneath, if any.</param>
public sealed class TrainingException(string message, Exception? inner = null) : Exception(message, inner);
