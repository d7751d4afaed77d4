namespace SparseAudio.Interactive.Formatting;

/// <summary>
/// Says how notebooks show a type. .NET Interactive looks for an attribute of this name, of whatever assembly, so that a
/// library can bring its formatters without referring to it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>The class whose CreateTypeFormatters() makes the formatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>What a notebook keeps of each value.</summary>
    public string[] PreferredMimeTypes { get; } = ["text/html", "text/plain"];
}
