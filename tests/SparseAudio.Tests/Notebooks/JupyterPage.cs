using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SparseAudio.Tests.Tour;
using Xunit;

namespace SparseAudio.Tests.Notebooks;

/// <summary>A notebook open in Jupyter in a browser, with a kernel of its own.</summary>
internal sealed partial class JupyterPage : IAsyncDisposable
{
    private readonly Jupyter _jupyter;
    private readonly Process _server;

    private JupyterPage(Jupyter jupyter, Process server, Browser browser) => (_jupyter, _server, Browser) = (jupyter, server, browser);

    public Browser Browser { get; }

    /// <summary>Starts Jupyter as <c>./workbook jupyter</c> does, opens a notebook and waits for its kernel.</summary>
    public static async Task<JupyterPage> OpenAsync(Jupyter jupyter, string notebook, params (string Address, string Script)[] network)
    {
        var server = jupyter.Start("notebook", "--ip=127.0.0.1", "--allow-root", "--no-browser");
        var page = new JupyterPage(jupyter, server, await Browser.StartAsync(reachesThisMachine: true));
        try
        {
            foreach (var (address, script) in network)
                await page.Browser.ServeAsync(address, script);

            await page.Browser.ResizeAsync(1280, 900);
            await page.Browser.OpenAsync(new UriBuilder(await AddressAsync(server)) { Path = "notebooks/" + notebook }.Uri.AbsoluteUri);
            await page.Browser.WaitAsync(
                "window.Jupyter?.notebook?._fully_loaded && Jupyter.notebook.kernel?.is_connected() && "
                    + "Jupyter.notebook.kernel.info_reply?.status === 'ok'");
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs all cells by the menu, waits for the last one, and returns the errors that cells show.</summary>
    public async Task<List<string>> RunAllAsync()
    {
        await Browser.EvaluateAsync("document.querySelector('#run_all_cells a').click()");
        await Browser.WaitAsync(
            "Jupyter.notebook.get_cells().every(cell => cell.cell_type !== 'code' || typeof cell.input_prompt_number === 'number')");
        return Texts(await Browser.EvaluateAsync("""
            Jupyter.notebook.get_cells().filter(cell => cell.cell_type === 'code')
             .flatMap(cell => cell.output_area.outputs).filter(output => output.output_type === 'error').map(output => `${output.ename}: ${output.evalue}`)
            """));
    }

    /// <summary>
    /// Goes to each chart, since charts are drawn as they come near the window, and returns the titles of those that are not drawn within
    /// ten seconds.
    /// </summary>
    public async Task<List<string>> DrawAsync() => Texts(await Browser.EvaluateAsync("""
        (async () => {
         const missing = [];
         for (const figure of document.querySelectorAll('.sa-figure')) {
          figure.scrollIntoView({ behavior: 'instant' });
          const drawn = () => figure.querySelector('.scatterlayer .trace path, .barlayer .point, .heatmaplayer image') && figure.querySelector('img').offsetHeight === 0;
          for (let i = 0; i < 500 && !drawn(); i++) await new Promise(done => setTimeout(done, 20));
          if (!drawn()) missing.push(figure.querySelector('figcaption').textContent);
         }
         return missing;
        })()
        """));

    /// <summary>Clicks every player at three fifths of its waveform, and names those that do not play on from there.</summary>
    public async Task<List<string>> ListenAsync()
    {
        var silent = new List<string>();
        var players = (int)(await Browser.EvaluateAsync("document.querySelectorAll('.sa-player').length"))!;
        Assert.True(players > 0);
        for (var index = 0; index < players; index++)
        {
            var box = (await Browser.EvaluateAsync($$"""
                (() => {
                 const wave = document.querySelectorAll('.sa-player')[{{index}}].querySelector('.sa-wave');
                 if (wave.querySelector('svg').getBoundingClientRect().height > wave.getBoundingClientRect().height) throw new Error('the waveform is cut off');
                 wave.scrollIntoView({ behavior: 'instant', block: 'center' });
                 const player = document.querySelectorAll('.sa-player')[{{index}}], audio = player.querySelector('audio'), times = player.times = [];
                 const watch = () => {
                  const place = audio.currentTime / player.dataset.duration;
                  if (place > 0 && place !== times.at(-1)) times.push(place);
                  if (!(place > .65)) setTimeout(watch, 5);
                 };
                 watch();
                 const box = wave.getBoundingClientRect();
                 return [box.x + .6 * box.width, box.y + .5 * box.height];
                })()
                """))!.AsArray();
            await Browser.ClickAsync((double)box[0]!, (double)box[1]!);
            silent.AddRange(Texts(await Browser.EvaluateAsync($$"""
                (async () => {
                 const player = document.querySelectorAll('.sa-player')[{{index}}], times = player.times;
                 for (let i = 0; i < 500 && !(times.at(-1) > .65); i++) await new Promise(done => setTimeout(done, 10));
                 return Math.min(...times) > .55 && times.at(-1) > .65 ? [] : [`${player.dataset.name}: ${times}`];
                })()
                """)));
        }

        return silent;
    }

    /// <summary>Saves a picture of the window, with the first element that a selector finds at its top.</summary>
    public async Task PictureAsync(string selector, string file)
    {
        await Browser.EvaluateAsync($"document.querySelector('{selector}').scrollIntoView({{ behavior: 'instant' }})");
        await Task.Delay(500);
        await Browser.ScreenshotAsync("body", file);
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _jupyter.Dispose();
    }

    internal static List<string> Texts(JsonNode? array) => [.. array!.AsArray().Select(text => (string)text!)];

    /// <summary>
    /// The address, token included, that the server prints; what it prints later is read and dropped, for a full pipe would stop it.
    /// </summary>
    private static async Task<Uri> AddressAsync(Process server)
    {
        var before = "";
        while (await server.StandardError.ReadLineAsync() is { } line)
        {
            if (Address().Match(line) is { Success: true } match)
            {
                _ = server.StandardError.ReadToEndAsync();
                _ = server.StandardOutput.ReadToEndAsync();
                return new Uri(match.Value);
            }

            before += line + "\n";
        }

        throw new InvalidOperationException($"Jupyter ended before it listened:\n{before}");
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/\?token=\w+")]
    private static partial Regex Address();
}
