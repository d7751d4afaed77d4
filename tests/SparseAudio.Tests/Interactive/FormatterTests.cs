using Microsoft.DotNet.Interactive.Formatting;
using SparseAudio.Audio;
using SparseAudio.Interactive;
using SparseAudio.Interactive.Training;
using Xunit;

namespace SparseAudio.Tests.Interactive;

/// <summary>What .NET Interactive makes of the values that cells return.</summary>
public sealed class FormatterTests
{
    public static TheoryData<object, string> Outputs => new()
    {
        { new AudioClip([0, 1], 22050, "a clip"), "class=\"sa-player" },
        { Show.Players(new AudioClip([0, 1], 22050)), "class=\"sa-player" },
        { Show.Bars("bars", "value", ("one", 1)), "class=\"sa-figure" },
        { Show.Table("table", ["a"], [[1]]), "class=\"sa-table" },
        { new TrainingPanel(10), "class=\"sa-panel" },
    };

    [Theory]
    [MemberData(nameof(Outputs))]
    public void A_value_shows_as_html_and_as_plain_text(object value, string mark)
    {
        Notebook.SetUp();

        var shown = FormattedValue.CreateManyFromObject(value).ToDictionary(formatted => formatted.MimeType, formatted => formatted.Value);

        Assert.Contains(mark, shown["text/html"]);
        Assert.DoesNotContain("<", shown["text/plain"]);
        Assert.Equal(2, shown.Count);
    }

    [Fact]
    public void A_chart_that_a_reader_makes_shows_as_a_chart()
    {
        var chart = Show.Bars("bars", "value", ("one", 1)).Chart;

        var shown = Assert.Single(FormattedValue.CreateManyFromObject(chart));

        Assert.Equal("text/html", shown.MimeType);
        Assert.Contains("Plotly", shown.Value);
    }
}
