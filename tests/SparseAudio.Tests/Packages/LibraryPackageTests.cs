using System.Text;
using Xunit;

namespace SparseAudio.Tests.Packages;

/// <summary>The library as somebody else's project takes it: a package from a feed.</summary>
[Collection("torch")]
public sealed class LibraryPackageTests : IDisposable
{
    // Of its own, so that no package of an earlier run is taken from the cache.
    private readonly string _version = $"0.0.0-test{Guid.NewGuid():N}";
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        var cached = new DirectoryInfo(DotnetCommand.CachedFile("sparseaudio", _version));
        if (cached.Exists) cached.Delete(recursive: true);
        if (cached.Parent is { Exists: true } parent && !parent.EnumerateFileSystemInfos().Any()) parent.Delete();
    }

    [Fact]
    public void A_console_project_that_takes_the_package_runs_the_example_of_the_README()
    {
        var library = Repository.Path("lib", "SparseAudio");
        DotnetCommand.Run(_folder.Path, "pack", library, "--no-build", "-c", DotnetCommand.Configuration, $"-p:Version={_version}", "-o", "feed");
        Write("NuGet.config", """<configuration><packageSources><clear /><add key="feed" value="feed" /></packageSources></configuration>""");
        Write("Listener.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="SparseAudio" Version="{_version}" /></ItemGroup>
            </Project>
            """);
        Write("Program.cs", File.ReadAllText(Repository.Path("README.md")).Split("```csharp\n")[1].Split("```")[0]);
        Directory.CreateSymbolicLink(_folder.File("data"), Repository.Path("data"));
        File.CreateSymbolicLink(_folder.File("song.flac"), Directory.GetFiles(Repository.Path("data", "test"), "*.flac")[0]);

        DotnetCommand.Run(_folder.Path, "run", "--project", "Listener.csproj");

        Assert.True(new FileInfo(_folder.File("rebuilt.wav")).Length > 32768 * 2);
        var native = Path.Combine("bin", "Debug", "net10.0", "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Assert.Equal(File.ReadAllBytes(NativeLibraryTests.Built), File.ReadAllBytes(_folder.File(native)));
    }

    private void Write(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));
}
