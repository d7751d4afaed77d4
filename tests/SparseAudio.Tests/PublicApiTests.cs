using System.Reflection;
using System.Runtime.CompilerServices;
using SparseAudio.Models;
using Xunit;

namespace SparseAudio.Tests;

/// <summary>The library's public members, as a list in a file: whoever changes them changes the file, and a reader of the change sees it.</summary>
public sealed class PublicApiTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly string _list = Repository.Path("tests", "SparseAudio.Tests", "PublicApi.txt");

    [Fact]
    public void The_public_members_are_those_of_the_list()
    {
        var now = Members().ToList();
        var actual = _list + ".actual";
        if (now.SequenceEqual(File.ReadLines(_list))) File.Delete(actual);
        else File.WriteAllLines(actual, now);

        Assert.True(!File.Exists(actual), $"The public members changed. If that is meant, replace the list by the new one: mv {actual} {_list}");
    }

    private static IEnumerable<string> Members() =>
        from type in typeof(SparseAudioModel).Assembly.GetExportedTypes()
        orderby type.FullName
        from line in (string[])[Describe(type), .. MembersOf(type).Order(StringComparer.Ordinal)]
        select line;

    private static IEnumerable<string> MembersOf(Type type) =>
        type.GetMembers(Declared).Where(IsWritten).Select(member => $"  {Describe(member)}").Distinct();

    // What the compiler adds to records and properties says nothing of its own.
    private static bool IsWritten(MemberInfo member) => member switch
    {
        Type => false,
        MethodInfo { IsSpecialName: true, Name: var name } when !name.StartsWith("op_", StringComparison.Ordinal) => false,
        _ => !member.IsDefined(typeof(CompilerGeneratedAttribute)),
    };

    private static string Describe(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo method => $"{Modifier(method)}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        PropertyInfo property => $"{Name(property.PropertyType)} {property.Name} {{ {string.Join(" ", Accessors(property))} }}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        _ => member.ToString()!,
    };

    private static string Describe(Type type)
    {
        var kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : "class";
        var modifier = type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract && !type.IsInterface ? "abstract " : "";
        var parent = type.BaseType is { } known && known != typeof(object) && known != typeof(ValueType) && known != typeof(Enum) ? $" : {Name(known)}" : "";
        return $"{modifier}{kind} {type.FullName}{parent}";
    }

    private static IEnumerable<string> Accessors(PropertyInfo property)
    {
        if (property.GetMethod is { IsPublic: true }) yield return "get;";
        if (property.SetMethod is not { IsPublic: true } setter) yield break;
        yield return setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;";
    }

    private static string Modifier(MethodInfo method) => method.IsStatic ? "static " : method.IsAbstract ? "abstract " : "";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? "?" : "")}"));

    private static string Name(Type type)
    {
        if (type.IsByRef) return $"ref {Name(type.GetElementType()!)}";
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        if (!type.IsGenericType) return type.Name;
        return $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
