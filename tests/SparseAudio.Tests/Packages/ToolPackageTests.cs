using System.IO.Compression;
using SparseAudio.Audio;
using SparseAudio.Tests.Codec;
using Xunit;

namespace SparseAudio.Tests.Packages;

/// <summary>What <c>dotnet tool install</c> would unpack, run far from the repository.</summary>
[Collection("torch")]
public sealed class ToolPackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_packed_tool_brings_the_trained_model_and_encodes_and_decodes_with_it()
    {
        var project = Repository.Path("lib", "SparseAudio.Cli");
        DotnetCommand.Run(_folder.Path, "pack", project, "--no-build", "-c", DotnetCommand.Configuration, "-o", "feed");
        ZipFile.ExtractToDirectory(Assert.Single(Directory.GetFiles(_folder.File("feed"), "*.nupkg")), _folder.File("tool"));
        var program = Assert.Single(Directory.GetFiles(_folder.File("tool"), "SparseAudio.Cli.dll", SearchOption.AllDirectories));
        AudioFile.WriteWav(_folder.File("song.wav"), new AudioClip(SmallModels.Music(20000), 22050));

        DotnetCommand.Run(_folder.Path, program, "encode", "song.wav");
        DotnetCommand.Run(_folder.Path, program, "decode", "song.sparse", "rebuilt.wav");

        var model = Path.Combine(Path.GetDirectoryName(program)!, "data", "workbook.safetensors");
        Assert.Equal(File.ReadAllBytes(Repository.Path("data", "workbook.safetensors")), File.ReadAllBytes(model));
        var rebuilt = AudioFile.Read(_folder.File("rebuilt.wav"));
        Assert.Equal(20000, rebuilt.Samples.Length);
        Assert.True(rebuilt.Samples.Max(Math.Abs) > 0.01);
        var native = Assert.Single(Directory.GetFiles(_folder.File("tool"), "libLibTorchSharp.so", SearchOption.AllDirectories));
        Assert.Equal(File.ReadAllBytes(NativeLibraryTests.Built), File.ReadAllBytes(native));
    }
}
