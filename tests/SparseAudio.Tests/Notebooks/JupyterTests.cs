using System.Text.Json.Nodes;
using SparseAudio.Tests.Tour;
using Xunit;

namespace SparseAudio.Tests.Notebooks;

/// <summary>What a reader sees and hears who opens a notebook in Jupyter and runs all cells.</summary>
[Collection("jupyter")]
public sealed class JupyterTests
{
    private const string PlotlyModule = "https://cdn.jsdelivr.net/npm/plotly.js-dist-min@2.28.0/+esm", PlotlyScript = "https://cdn.plot.ly/plotly-2.28.0.min.js";

    /// <summary>The notebooks that these tests run.</summary>
    internal static readonly string[] Notebooks = ["02-the-encoding.ipynb", "06-training.ipynb"];

    private static readonly string Pictures = Repository.Path("artifacts", "jupyter-test");

    [JupyterFact]
    public async Task Notebook_02_plays_and_shows_its_charts_as_pictures_without_a_network()
    {
        var jupyter = new Jupyter();
        jupyter.Copy(Notebooks[0]);
        await using var page = await JupyterPage.OpenAsync(jupyter, Notebooks[0], _ => Task.CompletedTask);

        Assert.Empty(await page.RunAllAsync());

        Assert.Empty(await page.ListenAsync());
        Assert.Equal(4, (int)(await page.Browser.EvaluateAsync("document.querySelectorAll('.sa-figure:not(.sa-drawn)').length"))!);
        Assert.Empty(JupyterPage.Texts(await page.Browser.EvaluateAsync("""
            [...document.querySelectorAll('.sa-figure img')].filter(image => !(image.naturalWidth > 0 && image.offsetHeight > 100)).map(image => image.alt)
            """)));
        await page.Browser.ScreenshotAsync("#site", Path.Combine(Pictures, "02.png"));
        Console.WriteLine(string.Join("\n", page.Browser.FailedRequests.Distinct()));
        Console.WriteLine(string.Join("\n", page.Browser.ConsoleErrors.Distinct()));
        Console.WriteLine(string.Join("\n", page.Browser.Requests.Where(r=>!r.Contains("/static/")).Distinct()));
        Assert.DoesNotContain(page.Browser.FailedRequests, request => !request.StartsWith(PlotlyModule, StringComparison.Ordinal));
        Assert.DoesNotContain(page.Browser.ConsoleErrors, error => !error.Contains(PlotlyModule, StringComparison.Ordinal));
    }
}
