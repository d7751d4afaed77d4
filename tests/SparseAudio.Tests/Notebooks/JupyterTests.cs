using System.Text.Json.Nodes;
using SparseAudio.Codec.Format;
using SparseAudio.Tests.Tour;
using Xunit;

namespace SparseAudio.Tests.Notebooks;

/// <summary>What a reader sees and hears who opens a notebook in Jupyter and runs all cells.</summary>
[Collection("jupyter")]
public sealed class JupyterTests
{
    private const string PlotlyPackage = "https://cdn.jsdelivr.net/npm/plotly.js-dist-min@2.28.0/";
    private const string PlotlyScript = "https://cdn.plot.ly/plotly-2.28.0.min.js";

    // Debian's Jupyter asks for it on every page, and has it in a package that it only recommends.
    private const string Widgets = "/nbextensions/widgets/";

    private const string OwnChart = """
        #r "../artifacts/notebooks/Plotly.NET.dll"
        #r "../artifacts/notebooks/Plotly.NET.CSharp.dll"
        Plotly.NET.CSharp.Chart.Point<int, int, string>(x: new[] { 1, 2 }, y: new[] { 3, 4 })
        """;

    /// <summary>The notebooks that these tests run.</summary>
    internal static readonly string[] Notebooks = ["02-the-encoding.ipynb", "06-training.ipynb"];

    private const string Edited = "08-playing-with-events.ipynb";

    private static readonly string _pictures = Repository.Path("artifacts", "jupyter-test");

    [JupyterFact]
    public async Task Notebook_02_plays_and_shows_its_charts_as_pictures_without_a_network()
    {
        var jupyter = new Jupyter();
        jupyter.Copy(Notebooks[0]);
        await using var page = await JupyterPage.OpenAsync(jupyter, Notebooks[0]);

        Assert.Empty(await page.RunAllAsync());

        Assert.Empty(await page.ListenAsync());
        Assert.Equal(4, await CountAsync(page, ".sa-figure:not(.sa-drawn)"));
        Assert.Empty(JupyterPage.Texts(await page.Browser.EvaluateAsync("""
            [...document.querySelectorAll('.sa-figure img')].filter(image => !(image.naturalWidth > 0 && image.offsetHeight > 100)).map(image => image.alt)
            """)));
        await page.PictureAsync(".sa-player", Path.Combine(_pictures, "02.png"));
        Assert.Empty(Troubles(page.Browser, Widgets, PlotlyPackage));
    }

    [JupyterFact]
    public async Task Notebook_06_trains_before_the_readers_eyes_and_draws_its_charts_and_a_chart_of_the_readers_own()
    {
        var jupyter = new Jupyter();
        Append(jupyter.Copy(Notebooks[1]), OwnChart);
        var plotly = PlotlySource();
        await using var page = await JupyterPage.OpenAsync(jupyter, Notebooks[1], (PlotlyPackage + "+esm", AsModule(plotly)), (PlotlyScript, plotly));
        await page.Browser.EvaluateAsync("""
            window.panels = {};
            new MutationObserver(() => Jupyter.notebook.get_cells().forEach((cell, index) => {
             const text = cell.input_prompt_number === '*' && cell.element.find('.sa-panel p').text();
             if (text) (panels[index] ??= new Set()).add(text);
            })).observe(document.getElementById('notebook'), { childList: true, subtree: true });
            """);

        Assert.Empty(await page.RunAllAsync());

        var changes = (await page.Browser.EvaluateAsync("Object.values(panels).map(texts => texts.size)"))!.AsArray();
        Assert.Equal(2, changes.Count);
        Assert.All(changes, texts => Assert.True((int)texts! > 3, $"A training panel shows {texts} texts, one after the other."));
        Assert.Empty(await page.DrawAsync());
        await page.Browser.WaitAsync("document.querySelector('.js-plotly-plot:not(.sa-plot) .scatterlayer .point')");
        await page.PictureAsync(".js-plotly-plot:not(.sa-plot)", Path.Combine(_pictures, "06-own-chart.png"));
        await page.PictureAsync(".sa-panel", Path.Combine(_pictures, "06-panel.png"));
        Assert.Empty(await page.ListenAsync());
        Assert.Empty(Troubles(page.Browser, Widgets));
    }

    [JupyterFact]
    public async Task What_a_reader_edits_by_hand_comes_back_to_the_kernel()
    {
        var jupyter = new Jupyter();
        KeepUpTo("hand", jupyter.Copy(Edited));
        await using var page = await JupyterPage.OpenAsync(jupyter, Edited);
        Assert.Empty(await page.RunAllAsync());
        await page.Browser.WaitAsync("window.sparseAudioEditors");

        await page.Browser.EvaluateAsync("""
            (async () => {
             const editor = window.editor = sparseAudioEditors.at(-1);
             await editor.settled();
             editor.run('Select all');
             editor.run('Up an octave');
             editor.run('Hand the code to the kernel');
             const cell = Jupyter.notebook.insert_cell_at_bottom('code');
             cell.set_text('SparseAudio.Codec.Format.CodeJson.Write(SparseAudio.Interactive.Editor.EditedCode.Last)');
             cell.execute();
            })()
            """);
        await page.Browser.WaitAsync("Jupyter.notebook.get_cells().at(-1).output_area.outputs.length > 0");

        var returned = (string)(await page.Browser.EvaluateAsync("Jupyter.notebook.get_cells().at(-1).output_area.outputs[0].data['text/plain']"))!;
        var edited = CodeJson.Read((string)(await page.Browser.EvaluateAsync("editor.exportCode()"))!, "the page");
        Assert.True(edited.Events.Length > 50);
        Assert.Equal(edited, CodeJson.Read(returned, "the kernel"));
        await page.PictureAsync(".sa-editor", Path.Combine(_pictures, "08-editor.png"));
        Assert.Empty(Troubles(page.Browser, Widgets));
    }

    // Cells after the one that the test is about would only take time.
    private static void KeepUpTo(string id, string path)
    {
        var notebook = JsonNode.Parse(File.ReadAllText(path))!;
        var cells = notebook["cells"]!.AsArray();
        while ((string?)cells[^1]!["id"] != id) cells.RemoveAt(cells.Count - 1);
        File.WriteAllText(path, notebook.ToJsonString());
    }

    private static IEnumerable<string> Troubles(Browser browser, params string[] known) =>
        browser.ConsoleErrors.Concat(browser.FailedRequests).Where(trouble => !known.Any(name => trouble.Contains(name, StringComparison.Ordinal)));

    private static async Task<int> CountAsync(JupyterPage page, string selector) =>
        (int)(await page.Browser.EvaluateAsync($"document.querySelectorAll('{selector}').length"))!;

    private static void Append(string path, string code)
    {
        var notebook = JsonNode.Parse(File.ReadAllText(path))!;
        notebook["cells"]!.AsArray().Add(new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["id"] = "own-chart",
            ["metadata"] = new JsonObject(),
            ["outputs"] = new JsonArray(),
            ["source"] = code,
        });
        File.WriteAllText(path, notebook.ToJsonString());
    }

    /// <summary>The plotly.js that Plotly.NET writes its figures for, and brings along.</summary>
    private static string PlotlySource()
    {
        var package = typeof(Plotly.NET.GenericChart).Assembly;
        var name = package.GetManifestResourceNames().Single(name => name.EndsWith("plotly-2.28.0.min.js", StringComparison.Ordinal));
        using var reader = new StreamReader(package.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>The same as jsDelivr turns it into a module.</summary>
    private static string AsModule(string script) =>
        $"const module = {{ exports: {{}} }}; (function (exports, module, define) {{{script}\n}}).call(window, module.exports, module); export "
            + $"default module.exports;";
}
