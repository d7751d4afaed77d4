using System.Diagnostics;
using Xunit;

namespace SparseAudio.Tests.Packages;

/// <summary>Runs <c>dotnet</c> as a process of its own, and the packages that it works with.</summary>
internal static class DotnetCommand
{
    private static readonly TimeSpan _hangs = TimeSpan.FromMinutes(5);

    /// <summary>The configuration that these tests were built in.</summary>
    public static string Configuration { get; } = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>A file of NuGet's package cache.</summary>
    public static string CachedFile(params string[] parts) => Path.Combine([
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        .. parts]);

    /// <summary>Runs to the end in <paramref name="folder"/> and returns what was written to both outputs; a failure fails the test.</summary>
    public static string Run(string folder, params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(_hangs), $"dotnet {arguments[0]} hangs");
        var said = output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {said}");
        return said;
    }
}
