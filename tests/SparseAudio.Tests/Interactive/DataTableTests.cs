using SparseAudio.Audio;
using SparseAudio.Evaluation;
using SparseAudio.Interactive;
using Xunit;

namespace SparseAudio.Tests.Interactive;

public sealed class DataTableTests
{
    [Fact]
    public void An_interval_is_a_number_with_half_its_width()
    {
        var html = Show.Table("title", ["system", "small", "large"],
            [["a", new BootstrapInterval(0.54321, 0.5, 0.6), new BootstrapInterval(-21.46, -22, -21)]]).ToHtml();

        Assert.Contains("<td class=\"sa-number\" data-column=\"small\">0.543 &#177;&#160;0.050</td>", html);
        Assert.Contains("data-column=\"large\">-21.5 &#177;&#160;0.5</td>", html);
    }

    [Fact]
    public void An_evaluation_is_a_row_a_system_with_every_measure()
    {
        var record = new EvaluationRecord("a model", "clip", 0, new AudioMetrics(0.1, 0.2, 0.3, -4, 0.5), Events: null, Channels: null,
            Seconds: 1)
        { Numbers = 224 };

        var text = Show.Evaluation("title", EvaluationSummary.Of([record]).Take(1)).ToString();

        Assert.EndsWith("a model  224  0.100 ±\u00a00.000  0.200 ±\u00a00.000  0.300 ±\u00a00.000  0.500 ±\u00a00.000  -4.000 ±\u00a00.000", text);
    }

    [Fact]
    public void Rows_become_cards_on_a_phone_only_where_a_table_is_wide()
    {
        Assert.DoesNotContain("sa-wide\"", Show.Table("title", ["a", "b"], [["x", 1]]).ToHtml());
        Assert.Contains("sa-wide\"", Show.Table("title", ["a system", "spectral convergence", "log magnitude"], [["x", 1, 2]]).ToHtml());
        Assert.Contains("sa-wide\"", Show.Table("title", ["a", "its sound"], [["x", new AudioClip(new float[100], 22050)]]).ToHtml());
    }
}
