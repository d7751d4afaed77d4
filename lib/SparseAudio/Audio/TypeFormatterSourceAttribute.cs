namespace SparseAudio.Audio;

/// <summary>
/// Says how notebooks show a type: .NET Interactive looks for an attribute of this name. The formatters live in
/// SparseAudio.Interactive, named by a string; where that assembly is not at hand, nothing is shown specially.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TypeFormatterSourceAttribute(string typeName) : Attribute
{
    /// <summary>The class whose CreateTypeFormatters() makes the formatters, or null where it cannot be found.</summary>
    public Type? FormatterSourceType => Type.GetType($"{typeName}, {InteractiveAssembly()}");

    /// <summary>What a notebook keeps of each value.</summary>
    public string[] PreferredMimeTypes { get; } = ["text/html", "text/plain"];

    /// <summary>The full name, version included: scripts find an assembly beside this one by no less.</summary>
    private static string InteractiveAssembly()
    {
        var own = typeof(TypeFormatterSourceAttribute).Assembly.GetName();
        own.Name += ".Interactive";
        return own.FullName;
    }
}
