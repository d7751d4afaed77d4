using System.Diagnostics;
using System.IO.Compression;
using SparseAudio.Audio;
using SparseAudio.Cli;
using SparseAudio.Codec;
using SparseAudio.Tests.Codec;
using Xunit;

namespace SparseAudio.Tests.Packages;

/// <summary>What <c>dotnet tool install</c> would unpack, run far from the repository.</summary>
[Collection("torch")]
public sealed class ToolPackageTests : IDisposable
{
    private static readonly TimeSpan _hangs = TimeSpan.FromMinutes(5);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_packed_tool_brings_the_trained_model_and_encodes_and_decodes_with_it()
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        Dotnet("pack", Repository.Path("lib", "SparseAudio.Cli"), "--no-build", "-c", configuration, "-o", _folder.File("feed"));
        ZipFile.ExtractToDirectory(Assert.Single(Directory.GetFiles(_folder.File("feed"), "*.nupkg")), _folder.File("tool"));
        var program = Assert.Single(Directory.GetFiles(_folder.File("tool"), "SparseAudio.Cli.dll", SearchOption.AllDirectories));
        AudioFile.WriteWav(_folder.File("song.wav"), new AudioClip(SmallModels.Music(20000), 22050));

        Dotnet(program, "encode", "song.wav");
        Dotnet(program, "decode", "song.sparse", "rebuilt.wav");

        var model = Path.Combine(Path.GetDirectoryName(program)!, "data", "workbook.safetensors");
        Assert.Equal(File.ReadAllBytes(Repository.Path("data", "workbook.safetensors")), File.ReadAllBytes(model));
        var rebuilt = AudioFile.Read(_folder.File("rebuilt.wav"));
        Assert.Equal(20000, rebuilt.Samples.Length);
        Assert.True(rebuilt.Samples.Max(Math.Abs) > 0.01);
    }

    private void Dotnet(params string[] arguments)
    {
        var info = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(_hangs), $"dotnet {arguments[0]} hangs");
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}: {output.GetAwaiter().GetResult()}{error.GetAwaiter().GetResult()}");
    }
}
