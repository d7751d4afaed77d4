using System.Diagnostics;
using Xunit;

namespace SparseAudio.Tests.Tour;

/// <summary>The page made of the committed notebooks, open in a browser; one for all tests, since it takes a while.</summary>
public sealed class TourPage : IAsyncLifetime
{
    /// <summary>Where the page and its pictures are left to be looked at.</summary>
    internal static readonly string Folder = Repository.Path("artifacts", "tour-test");

    internal static readonly string File = Path.Combine(Folder, "index.html");

    internal Browser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "NotebookRunner.dll"), "page", File, Repository.Path("notebooks")]);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        Browser = await Browser.StartAsync();
        await Browser.ResizeAsync(1280, 900);
        await Browser.PreferAsync("light");
        await Browser.OpenAsync(File);
    }

    public async Task DisposeAsync() => await Browser.DisposeAsync();

    /// <summary>Charts are drawn as they come near the window; goes through the page and stays with each until it is.</summary>
    internal async Task DrawAllAsync()
    {
        await Browser.EvaluateAsync("""
            (async () => {
             for (const figure of document.querySelectorAll('.sa-figure')) {
              figure.scrollIntoView({ behavior: 'instant' });
              for (let i = 0; i < 500 && !figure.classList.contains('sa-drawn'); i++) await new Promise(done => setTimeout(done, 20));
             }
            })()
            """);
        await Browser.WaitAsync("document.querySelectorAll('.sa-figure:not(.sa-drawn)').length === 0");
    }
}
