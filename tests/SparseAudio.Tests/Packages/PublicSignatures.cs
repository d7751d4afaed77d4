using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace SparseAudio.Tests.Packages;

/// <summary>Writes an assembly's public and protected surface, one line a member, in the form of the lists in api/.</summary>
internal static partial class PublicSignatures
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<string, string> Keywords = new()
    {
        ["Int32"] = "int",
        ["Int64"] = "long",
        ["Single"] = "float",
        ["Double"] = "double",
        ["Boolean"] = "bool",
        ["String"] = "string",
        ["Void"] = "void",
        ["Object"] = "object",
        ["Byte"] = "byte",
    };

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes().SelectMany(Of);

    private static IEnumerable<string> Of(Type type)
    {
        var name = FullName(type);
        var kind = Kind(type);
        var hasBase = kind is "class" or "abstract class" && type.BaseType is { } parent && parent != typeof(object);
        yield return $"{name}  [{kind}{(hasBase ? " : " + TypeText(type.BaseType!) : "")}]";

        if (type.IsEnum)
        {
            foreach (var value in Enum.GetNames(type)) yield return $"{name}.{value}";
            yield break;
        }

        foreach (var constructor in type.GetConstructors(Declared).Where(c => c.IsPublic || c.IsFamily))
        {
            yield return $"{name}.new({Parameters(constructor.GetParameters())})";
        }

        foreach (var method in type.GetMethods(Declared).Where(m => IsVisible(m) && !IsAccessor(m))) yield return $"{name}.{MethodText(method)}";

        foreach (var property in type.GetProperties(Declared))
        {
            if (PropertyText(property) is { } text) yield return $"{name}.{text}";
        }

        foreach (var field in type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily))
        {
            yield return $"{name}.{field.Name} -> {TypeText(field.FieldType)}  field{(field.IsStatic ? " static" : "")}";
        }
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        _ => "class",
    };

    private static bool IsVisible(MethodInfo method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && AccessorPrefix().IsMatch(method.Name);

    private static string MethodText(MethodInfo method)
    {
        var generics = method.IsGenericMethod ? "<" + string.Join(",", method.GetGenericArguments().Select(a => a.Name)) + ">" : "";
        var binding = method.IsStatic ? "  static" : method.IsAbstract ? "  abstract" : method.IsVirtual ? "  virtual" : "";
        var access = method.IsFamily ? "  protected" : "";
        return $"{method.Name}{generics}({Parameters(method.GetParameters())}) -> {TypeText(method.ReturnType)}{binding}{access}";
    }

    private static string? PropertyText(PropertyInfo property)
    {
        var get = property.GetMethod is { } getter && (getter.IsPublic || getter.IsFamily) ? "get; " : "";
        var set = property.SetMethod is { } setter && (setter.IsPublic || setter.IsFamily) ? "set; " : "";
        if (get + set == "") return null;

        var index = property.GetIndexParameters();
        var indexer = index.Length > 0 ? $"[{Parameters(index)}]" : "";
        var isStatic = (property.GetMethod ?? property.SetMethod)!.IsStatic;
        return $"{property.Name}{indexer} {{ {get}{set}}} -> {TypeText(property.PropertyType)}{(isStatic ? "  static" : "")}";
    }

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(ParameterText));

    private static string ParameterText(ParameterInfo parameter)
    {
        var text = $"{(parameter.IsOut ? "out " : "")}{TypeText(parameter.ParameterType)} {parameter.Name}";
        return parameter.IsOptional ? $"{text} = {DefaultText(parameter.DefaultValue)}" : text;
    }

    private static string DefaultText(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        DBNull or Missing => "default",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string TypeText(Type type)
    {
        if (type.IsByRef) return "ref " + TypeText(type.GetElementType()!);
        if (type.IsArray) return $"{TypeText(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericParameter) return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying) return TypeText(underlying) + "?";

        var isSystem = string.IsNullOrEmpty(type.Namespace) || type.Namespace.StartsWith("System", StringComparison.Ordinal);
        var name = type.IsNested ? $"{FullName(type.DeclaringType!)}.{type.Name}" : isSystem ? type.Name : $"{type.Namespace}.{type.Name}";
        if (!type.IsGenericType) return Keywords.GetValueOrDefault(name, name);

        return $"{Arity().Replace(name, "")}<{string.Join(",", type.GetGenericArguments().Select(TypeText))}>";
    }

    private static string FullName(Type type) => Arity().Replace(type.FullName ?? type.Name, "").Replace('+', '.').Split('[')[0];

    [GeneratedRegex("`[0-9]+")]
    private static partial Regex Arity();

    [GeneratedRegex("^(get|set|add|remove)_")]
    private static partial Regex AccessorPrefix();
}
