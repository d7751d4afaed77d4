using System.Text.Json.Nodes;
using Xunit;

namespace SparseAudio.Tests.Tour;

/// <summary>The offline page in a real browser with no network.</summary>
public sealed class TourPageTests(TourPage page) : IClassFixture<TourPage>
{
    private const long LargestPage = 25_000_000;

    private Browser Browser => page.Browser;

    [Fact]
    public async Task Every_notebook_is_on_the_page_and_in_its_contents()
    {
        var names = Directory.GetFiles(Repository.Path("notebooks"), "*.ipynb").Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal);

        Assert.Equal(names, Texts(await Browser.EvaluateAsync("[...document.querySelectorAll('.notebook')].map(section => section.id)")));
        Assert.Equal(names.Select(name => "#" + name), Texts(
            await Browser.EvaluateAsync("[...document.querySelectorAll('nav a')].map(link => link.getAttribute('href'))")));
    }

    [Fact]
    public void The_page_is_one_file_of_a_reasonable_size() => Assert.InRange(new FileInfo(TourPage.File).Length, 4_000_000, LargestPage);

    [Fact]
    public async Task Every_chart_draws_its_data_and_hides_its_still_picture()
    {
        await page.DrawAllAsync();

        var empty = await Browser.EvaluateAsync("""
            [...document.querySelectorAll('.sa-figure')]
             .filter(figure => !figure.querySelector('.scatterlayer .trace path, .barlayer .point, .heatmaplayer image') || figure.querySelector('img').offsetHeight > 0)
             .map(figure => figure.querySelector('figcaption').textContent)
            """);
        Assert.Empty(Texts(empty));
        Assert.True((int)(await Browser.EvaluateAsync("document.querySelectorAll('.sa-figure').length"))! >= 8);
    }

    [Fact]
    public async Task Every_player_loads_with_the_duration_it_states()
    {
        await Browser.WaitAsync("[...document.querySelectorAll('.sa-player audio')].every(audio => audio.readyState >= 1 || audio.error)");

        var wrong = await Browser.EvaluateAsync("""
            [...document.querySelectorAll('.sa-player')]
             .filter(player => !(Math.abs(player.querySelector('audio').duration - Number(player.dataset.duration)) < 0.02))
             .map(player => player.dataset.name)
            """);
        Assert.Empty(Texts(wrong));
        Assert.True((int)(await Browser.EvaluateAsync("document.querySelectorAll('.sa-player').length"))! >= 8);
    }

    [Fact]
    public async Task Every_player_plays_when_its_button_is_pressed_and_silences_the_one_before()
    {
        var trouble = await Browser.EvaluateAsync("""
            (async () => {
             const trouble = [], wait = time => new Promise(done => setTimeout(done, time));
             let before = null;
             for (const player of document.querySelectorAll('.sa-player')) {
              const audio = player.querySelector('audio');
              audio.currentTime = 0;
              player.querySelector('button').click();
              for (let i = 0; i < 200 && !(audio.currentTime > 0); i++) await wait(10);
              if (!(audio.currentTime > 0)) trouble.push(`${player.dataset.name} does not play`);
              if (before && !before.paused) trouble.push(`${player.dataset.name} does not silence the one before`);
              before = audio;
             }
             before?.pause();
             return trouble;
            })()
            """);

        Assert.Empty(Texts(trouble));
    }

    [Fact]
    public async Task A_click_on_the_waveform_plays_from_there_and_the_keyboard_stops_it()
    {
        var box = (await Browser.EvaluateAsync("""
            (() => {
             const wave = document.querySelector('.sa-wave');
             wave.scrollIntoView({ behavior: 'instant', block: 'center' });
             const box = wave.getBoundingClientRect();
             return [box.x, box.y, box.width, box.height];
            })()
            """))!.AsArray().Select(value => (double)value!).ToList();

        await Browser.ClickAsync(box[0] + (0.6 * box[2]), box[1] + (0.5 * box[3]));
        await Browser.WaitAsync(
            "(player => player.querySelector('audio').currentTime > .59 * player.dataset.duration)(document.querySelector('.sa-player'))");
        Assert.InRange((double)(await Browser.EvaluateAsync("parseFloat(document.querySelector('.sa-head').style.width)"))!, 59, 100);

        // On a busy machine the sound could play on past the place that is waited for before anybody looks.
        await Browser.EvaluateAsync("document.querySelector('.sa-player audio').pause(), document.querySelector('.sa-wave').focus()");
        await Browser.PressAsync("Home", "Home");
        await Browser.WaitAsync("document.querySelector('.sa-player audio').currentTime < .5");
        await Browser.EvaluateAsync("document.querySelector('.sa-player audio').play()");
        await Browser.PressAsync(" ", "Space");
        await Browser.WaitAsync("document.querySelector('.sa-player audio').paused");
    }

    [Fact]
    public async Task On_a_phone_nothing_is_wider_than_the_screen()
    {
        await Browser.ResizeAsync(390, 844);
        await page.DrawAllAsync();
        await Browser.EvaluateAsync("scrollTo({ top: 0, behavior: 'instant' })");
        await Browser.ScreenshotAsync("body", Path.Combine(TourPage.Folder, "phone.png"));
        var width = (int)(await Browser.EvaluateAsync("document.documentElement.scrollWidth"))!;
        await Browser.ResizeAsync(1280, 900);

        Assert.Equal(390, width);
    }

    [Fact]
    public async Task Without_scripts_every_chart_is_a_picture_and_every_player_the_browsers_own()
    {
        await using var still = await Browser.StartAsync();
        await still.ResizeAsync(1280, 900);
        await still.AllowScriptsAsync(false);
        await still.OpenAsync(TourPage.File);

        var missing = await still.EvaluateAsync(
            "[...document.querySelectorAll('.sa-figure img')].filter(image => !(image.naturalWidth > 0 && image.offsetHeight > 100)).map(image "
                + "=> image.alt)");
        Assert.Empty(Texts(missing));
        Assert.Equal(0,
            (int)(await still.EvaluateAsync("[...document.querySelectorAll('.sa-player audio')].filter(audio => audio.offsetHeight < 20).length"))!);
        await still.ScreenshotAsync(".notebook", Path.Combine(TourPage.Folder, "without-scripts.png"));
    }

    [Fact]
    public async Task Pictures_of_every_section_are_kept_and_nothing_went_wrong_on_the_way()
    {
        foreach (var scheme in (string[])["light", "dark"])
        {
            await Browser.PreferAsync(scheme);
            await page.DrawAllAsync();
            await Browser.ScreenshotAsync("header", Path.Combine(TourPage.Folder, scheme, "00-top.png"));
            foreach (var id in Texts(await Browser.EvaluateAsync("[...document.querySelectorAll('.notebook')].map(section => section.id)")))
                await Browser.ScreenshotAsync($"[id='{id}']", Path.Combine(TourPage.Folder, scheme, id + ".png"));
        }

        await Browser.PreferAsync("light");
        Assert.Empty(Browser.ConsoleErrors);
        Assert.Empty(Browser.Requests);
    }

    private static List<string> Texts(JsonNode? array) => [.. array!.AsArray().Select(text => (string)text!)];
}
