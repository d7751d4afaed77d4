using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparseAudio.Tests.Packages;

/// <summary>What the repository's own assemblies, sources and notebooks use of other assemblies.</summary>
internal sealed partial class Uses
{
    private readonly HashSet<string> members = [];
    private readonly HashSet<string> types = [];
    private readonly HashSet<string> overriding = [];
    private readonly HashSet<string> notebookWords = [];
    private readonly HashSet<string> dottedNames = [];

    /// <summary>Adds what an assembly refers to, and the names of the virtual methods that it implements.</summary>
    public void AddAssembly(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var reader = image.GetMetadataReader();

        foreach (var handle in reader.TypeReferences) types.Add(SignatureText.NameOf(reader, handle));

        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            if (ParentOf(reader, member) is not { } parent) continue;
            members.Add(Key(
                parent,
                reader.GetString(member.Name),
                member.GetKind() == MemberReferenceKind.Method ? SignatureText.Of(member.DecodeMethodSignature(SignatureText.Instance, null)) : ""));
        }

        foreach (var method in reader.MethodDefinitions.Select(reader.GetMethodDefinition))
        {
            if (method.Attributes.HasFlag(MethodAttributes.Virtual)) overriding.Add(reader.GetString(method.Name).Split('.')[^1]);
        }
    }

    /// <summary>Adds the names in a C# source file; constants and enum members leave no other trace.</summary>
    public void AddSource(string file) => dottedNames.UnionWith(DottedName().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

    /// <summary>Adds the words in a notebook's code cells, which are compiled only when the notebook runs.</summary>
    public void AddNotebook(string file)
    {
        using var notebook = JsonDocument.Parse(File.ReadAllText(file));
        foreach (var cell in notebook.RootElement.GetProperty("cells").EnumerateArray())
        {
            if (cell.GetProperty("cell_type").GetString() != "code") continue;
            var source = cell.GetProperty("source");
            var code = source.ValueKind == JsonValueKind.String ? source.GetString()! : string.Concat(source.EnumerateArray().Select(line => line.GetString()));
            notebookWords.UnionWith(Word().Matches(code).Select(match => match.Value));
            dottedNames.UnionWith(DottedName().Matches(code).Select(match => match.Groups[1].Value));
        }
    }

    public bool Type(string name) => types.Contains(name) || notebookWords.Contains(SimpleName(name));

    public bool Member(string type, string name, string signature) =>
        members.Contains(Key(type, name, signature)) || notebookWords.Contains(name == ".ctor" ? SimpleName(type) : name);

    /// <summary>Whether some class of the repository implements a virtual method of this name.</summary>
    public bool Overrides(string name) => overriding.Contains(name);

    /// <summary>Whether a source or a notebook names the constant or enum member.</summary>
    public bool Constant(string type, string name) => dottedNames.Contains($"{SimpleName(type)}.{name}");

    private static string Key(string type, string name, string signature) => $"{type}::{name} {signature}";

    private static string SimpleName(string type) => type.Split('.')[^1].Split('`')[0];

    private static string? ParentOf(MetadataReader reader, MemberReference member) => member.Parent.Kind switch
    {
        HandleKind.TypeReference => SignatureText.NameOf(reader, (TypeReferenceHandle)member.Parent),
        HandleKind.TypeSpecification =>
            reader.GetTypeSpecification((TypeSpecificationHandle)member.Parent).DecodeSignature(SignatureText.Instance, null).Split('<')[0],
        _ => null,
    };

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    // Every neighbouring pair of a chain a.b.c, hence the look-ahead.
    [GeneratedRegex(@"(?<!\w)(?=(\w+\.\w+))")]
    private static partial Regex DottedName();
}
