namespace NotebookRunner;

/// <summary>Something about a notebook that its reader has to mend; the message says what and where.</summary>
internal sealed class NotebookException(string message) : Exception(message);
