using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SparseAudio.Tests.Packages;

/// <summary>Finds the public and protected members of an assembly that nothing uses.</summary>
/// <remarks>
/// A property counts as used when one of its accessors is. What overrides an outer method, implements an interface or is
/// overridden by the repository is used through that, and so is the base of a used type.
/// </remarks>
internal static class UnusedMembers
{
    public static IEnumerable<string> Of(string file, Uses uses)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var reader = image.GetMetadataReader();
        var visible = reader.TypeDefinitions.Where(handle => IsVisible(reader, handle)).ToList();
        var bases = visible.Select(handle => BaseOf(reader, handle)).ToHashSet();
        return visible.SelectMany(handle => Of(reader, handle, uses)).Where(line => !bases.Contains(line)).ToList();
    }

    private static string? BaseOf(MetadataReader reader, TypeDefinitionHandle handle) => reader.GetTypeDefinition(handle).BaseType switch
    {
        { IsNil: true } => null,
        { Kind: HandleKind.TypeDefinition } parent => SignatureText.NameOf(reader, (TypeDefinitionHandle)parent),
        { Kind: HandleKind.TypeSpecification } parent =>
            reader.GetTypeSpecification((TypeSpecificationHandle)parent).DecodeSignature(SignatureText.Instance, null).Split('<')[0],
        _ => null,
    };

    private static IEnumerable<string> Of(MetadataReader reader, TypeDefinitionHandle handle, Uses uses)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = SignatureText.NameOf(reader, handle);
        var anyMember = false;
        var accessors = new HashSet<MethodDefinitionHandle>();
        foreach (var property in type.GetProperties().Select(reader.GetPropertyDefinition))
        {
            var pair = property.GetAccessors();
            MethodDefinitionHandle[] both = [.. new[] { pair.Getter, pair.Setter }.Where(accessor => !accessor.IsNil)];
            accessors.UnionWith(both);
            if (!both.Any(accessor => IsVisible(reader.GetMethodDefinition(accessor).Attributes))) continue;
            if (both.Any(accessor => IsUsed(reader, name, accessor, uses)) || uses.Member(name, reader.GetString(property.Name), "")) anyMember = true;
            else yield return $"{name}.{reader.GetString(property.Name)}{Index(property)}";
        }

        foreach (var methodHandle in type.GetMethods().Where(method => !accessors.Contains(method)))
        {
            var method = reader.GetMethodDefinition(methodHandle);
            if (!IsVisible(method.Attributes)) continue;
            if (IsUsed(reader, name, methodHandle, uses)) anyMember = true;
            else yield return $"{name}.{reader.GetString(method.Name)} {Signature(method)}";
        }

        foreach (var field in type.GetFields().Select(reader.GetFieldDefinition))
        {
            if ((field.Attributes & FieldAttributes.FieldAccessMask) != FieldAttributes.Public || field.Attributes.HasFlag(FieldAttributes.SpecialName)) continue;
            var fieldName = reader.GetString(field.Name);
            var used = field.Attributes.HasFlag(FieldAttributes.Literal) ? uses.Constant(name, fieldName) : uses.Member(name, fieldName, "");
            if (used) anyMember = true;
            else yield return $"{name}.{fieldName}";
        }

        if (!anyMember && !uses.Type(name)) yield return name;
    }

    private static bool IsUsed(MetadataReader reader, string type, MethodDefinitionHandle handle, Uses uses)
    {
        var method = reader.GetMethodDefinition(handle);
        var name = reader.GetString(method.Name);
        var attributes = method.Attributes;
        var isVirtual = attributes.HasFlag(MethodAttributes.Virtual);
        var overrides = isVirtual && !attributes.HasFlag(MethodAttributes.NewSlot);
        var implements = isVirtual && attributes.HasFlag(MethodAttributes.Final);
        return overrides || implements || uses.Member(type, name, Signature(method)) || (isVirtual && (uses.Overrides(name) || name == "Dispose"));
    }

    private static string Index(PropertyDefinition property)
    {
        var parameters = property.DecodeSignature(SignatureText.Instance, null).ParameterTypes;
        return parameters.IsEmpty ? "" : $"[{string.Join(", ", parameters)}]";
    }

    private static string Signature(MethodDefinition method) => SignatureText.Of(method.DecodeSignature(SignatureText.Instance, null));

    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsVisible(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(reader, type.GetDeclaringType()),
            _ => false,
        };
    }
}
