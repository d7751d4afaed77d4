namespace SparseAudio.Cli;

/// <summary>Something that a command cannot do as asked; the message says what, and what to do instead.</summary>
internal sealed class CommandException(string message) : Exception(message);
