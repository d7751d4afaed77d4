using System.Reflection;
using SparseAudio.Models;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Guards;

/// <summary>Finds the members of the library that take tensors.</summary>
internal static class TensorMembers
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly Assembly _library = typeof(SparseEncoding).Assembly;

    /// <summary>The names of all of them, in the form of <see cref="TensorCall.Name"/>.</summary>
    public static IEnumerable<string> Names() =>
        from type in _library.GetExportedTypes()
        from member in type.GetMembers(Declared).OfType<MethodBase>()
        where !type.IsInterface && !member.IsAbstract && !IsOfRecords(member)
        where member.GetParameters().Any(parameter => Takes(parameter.ParameterType))
        select $"{type.FullName!["SparseAudio.".Length..]}.{NameOf(member)}";

    private static string NameOf(MethodBase member) => member is ConstructorInfo ? "new" : member.IsSpecialName ? member.Name["set_".Length..] : member.Name;

    // What the compiler writes for a record.
    private static bool IsOfRecords(MethodBase member) => member.Name is "Equals" or "op_Equality" or "op_Inequality" or "Deconstruct" or "PrintMembers";

    // A tensor, or something with tensors in it: an array, list, tuple or delegate's argument, or a record of the library.
    private static bool Takes(Type type)
    {
        if (type.IsSubclassOf(typeof(nn.Module)) || type.IsAssignableTo(typeof(Delegate))) return false;
        return typeof(Tensor).IsAssignableFrom(type)
            || (type.HasElementType && Takes(type.GetElementType()!))
            || (type.IsGenericType && type.GetGenericArguments().Any(Takes))
            || (type.Assembly == _library && type.GetProperties().Any(property => property.PropertyType != type && typeof(Tensor).IsAssignableFrom(property.PropertyType)));
    }
}
