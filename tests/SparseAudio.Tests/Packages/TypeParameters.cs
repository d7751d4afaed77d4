using System.IO.Compression;
using System.Reflection;

namespace SparseAudio.Tests.Packages;

/// <summary>What types and methods ask of their type parameters, one line each, in the form of api/constraints.txt.gz.</summary>
internal static class TypeParameters
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The packages' lines; only those that ask for something.</summary>
    public static IReadOnlySet<string> OfPackages()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Repository.Path("tests", "SparseAudio.Tests", "api", "constraints.txt.gz")), CompressionMode.Decompress));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
    }

    /// <summary>Those lines of an assembly that are not among the packages': other constraints, or none where the package has some.</summary>
    public static IEnumerable<string> Strange(Assembly assembly, IReadOnlySet<string> packages)
    {
        var constrained = packages.Select(NameOf).ToHashSet();
        return Of(assembly).Where(line => !packages.Contains(line) && (line != NameOf(line) || constrained.Contains(line)));
    }

    private static string NameOf(string line) => line.Split(" where ")[0];

    private static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes().SelectMany(type => type
        .GetMethods(Declared)
        .Where(method => method.IsGenericMethodDefinition && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly))
        .Select(method => Text($"{FullName(type)}.{method.Name}", method.GetGenericArguments()))
        .Concat(type.IsGenericTypeDefinition ? [Text(FullName(type), type.GetGenericArguments())] : []));

    private static string FullName(Type type) => type.FullName!.Split('`')[0].Replace('+', '.');

    private static string Text(string name, Type[] parameters) =>
        $"{name}<{string.Join(",", parameters.Select(parameter => parameter.Name))}>{string.Concat(parameters.Select(Clause))}";

    private static string Clause(Type parameter)
    {
        var attributes = parameter.GenericParameterAttributes;
        var isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        string[] parts =
        [
            .. attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>(),
            .. isStruct ? ["struct"] : Array.Empty<string>(),
            .. parameter.GetGenericParameterConstraints().Select(type => type.Name).Where(type => type != nameof(ValueType)).Order(StringComparer.Ordinal),
            .. attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct ? ["new()"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", parts)}";
    }
}
