using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Microsoft.DotNet.Interactive.Formatting;

/// <summary>
/// Finds a type's formatters by the convention of .NET Interactive: an attribute on the type, of any class named
/// TypeFormatterSourceAttribute, names a source; the source's CreateTypeFormatters() returns objects with a MimeType and a
/// Format(object, TextWriter) that says whether it wrote. Other values are written as plain text.
/// </summary>
internal static class ConventionFormatter
{
    public static IReadOnlyList<FormattedValue> Format(object? value)
    {
        var values = value is null ? [] : FormatByConvention(value);
        return values.Count > 0
            ? values
            : [new FormattedValue("text/plain", Convert.ToString(value, CultureInfo.InvariantCulture) ?? "<null>")];
    }

    private static List<FormattedValue> FormatByConvention(object value)
    {
        var found = new List<FormattedValue>();
        foreach (var attribute in value.GetType().GetCustomAttributes(inherit: true).Where(a => a.GetType().Name == "TypeFormatterSourceAttribute"))
        {
            if (Property<Type>(attribute, "FormatterSourceType") is not { } sourceType)
            {
                continue;
            }

            var formatters = Formatters(sourceType).Select(formatter => (Formatter: formatter, MimeType: Property<string>(formatter, "MimeType"))).ToList();
            foreach (var mimeType in Property<string[]>(attribute, "PreferredMimeTypes") ?? ["text/html"])
            {
                if (formatters.FirstOrDefault(candidate => candidate.MimeType == mimeType).Formatter is { } formatter && Write(formatter, value) is { } text)
                {
                    found.Add(new FormattedValue(mimeType, text));
                }
            }
        }

        return found;
    }

    private static IEnumerable<object> Formatters(Type sourceType)
    {
        var source = Activator.CreateInstance(sourceType)!;
        return ((IEnumerable)Method(sourceType, "CreateTypeFormatters").Invoke(source, null)!).Cast<object>();
    }

    private static string? Write(object formatter, object value)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        var format = Method(formatter.GetType(), "Format").CreateDelegate<Func<object, TextWriter, bool>>(formatter);
        return format(value, writer) ? writer.ToString() : null;
    }

    private static MethodInfo Method(Type type, string name) =>
        type.GetMethod(name) ?? throw new InvalidOperationException($"{type} has no public method {name}, which the formatter convention asks for.");

    private static T? Property<T>(object from, string name) where T : class => from.GetType().GetProperty(name)?.GetValue(from) as T;
}
