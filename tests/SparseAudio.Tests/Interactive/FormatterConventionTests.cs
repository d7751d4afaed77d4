using System.Collections;
using SparseAudio.Audio;
using SparseAudio.Interactive;
using SparseAudio.Interactive.Training;
using Xunit;

namespace SparseAudio.Tests.Interactive;

/// <summary>.NET Interactive finds formatters by names alone; these tests look in the way it does.</summary>
public sealed class FormatterConventionTests
{
    public static TheoryData<object, string> Outputs => new()
    {
        { new AudioClip([0, 1], 22050, "a clip"), "sa-player" },
        { Show.Players(new AudioClip([0, 1], 22050)), "sa-player" },
        { Show.Bars("bars", "value", ("one", 1)), "sa-figure" },
        { Show.Table("table", ["a"], [[1]]), "sa-table" },
        { new TrainingPanel(10), "sa-panel" },
    };

    [Theory]
    [MemberData(nameof(Outputs))]
    public void A_type_shows_as_html_through_an_attribute_found_by_its_name(object value, string mark)
    {
        Assert.Contains($"class=\"{mark}", Format(value, "text/html"));
        Assert.DoesNotContain("<", Format(value, "text/plain"));
    }

    private static string Format(object value, string mimeType)
    {
        var attribute = value.GetType().GetCustomAttributes(true).Single(candidate => candidate.GetType().Name == "TypeFormatterSourceAttribute");
        Assert.Contains(mimeType, (string[])Property(attribute, "PreferredMimeTypes"));
        var source = Activator.CreateInstance((Type)Property(attribute, "FormatterSourceType"))!;
        var formatters = (IEnumerable)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!;
        var formatter = formatters.Cast<object>().Single(candidate => mimeType.Equals(Property(candidate, "MimeType")));
        var format = formatter.GetType().GetMethod("Format")!;
        Assert.Equal([typeof(object), typeof(TextWriter)], format.GetParameters().Select(parameter => parameter.ParameterType));
        using var writer = new StringWriter();
        Assert.Equal(true, format.Invoke(formatter, [value, writer]));
        return writer.ToString();
    }

    private static object Property(object from, string name) => from.GetType().GetProperty(name)!.GetValue(from)!;
}
