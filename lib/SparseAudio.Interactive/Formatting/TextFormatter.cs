namespace SparseAudio.Interactive.Formatting;

/// <summary>Writes values as text of one mime type.</summary>
internal sealed class TextFormatter(string mimeType, Func<object, string> write)
{
    public string MimeType { get; } = mimeType;

    /// <summary>Writes the value and says that it did.</summary>
    public bool Format(object instance, TextWriter writer)
    {
        writer.Write(write(instance));
        return true;
    }
}
