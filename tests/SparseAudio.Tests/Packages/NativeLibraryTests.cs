using System.Runtime.InteropServices;
using Xunit;

namespace SparseAudio.Tests.Packages;

/// <summary>The step of the build that lets TorchSharp's native library load on systems with an older C++ library, and its results.</summary>
public sealed class NativeLibraryTests(WeakenedLibraries weakened) : IClassFixture<WeakenedLibraries>
{
    /// <summary>The library in the output folder of these tests.</summary>
    public static string Built { get; } = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void The_built_library_loads_on_this_system() => Assert.NotEqual(0, NativeLibrary.Load(Built));

    [Fact]
    public void One_flag_is_all_that_differs_from_the_package()
    {
        var (original, built) = (File.ReadAllBytes(WeakenedLibraries.Original), File.ReadAllBytes(Built));

        var changed = Assert.Single(Enumerable.Range(0, Math.Max(original.Length, built.Length)), at => original[at] != built[at]);
        Assert.Equal((0, 2), (original[changed], built[changed]));
    }

    [Theory]
    [InlineData("lib/SparseAudio.Cli")]
    [InlineData("tests/SparseAudio.Parity")]
    public void All_programs_have_the_same_bytes(string project)
    {
        var output = Repository.Path(project, "bin", DotnetCommand.Configuration, "net10.0");

        Assert.Equal(File.ReadAllBytes(Built), File.ReadAllBytes(Path.Combine(output, Path.GetRelativePath(AppContext.BaseDirectory, Built))));
    }

    [Fact]
    public void What_is_published_has_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        var project = Repository.Path("lib", "SparseAudio.Interactive");

        DotnetCommand.Run(folder.Path, "publish", project, "--no-build", "-c", DotnetCommand.Configuration, "-o", folder.Path);

        Assert.Equal(File.ReadAllBytes(Built), File.ReadAllBytes(folder.File("libLibTorchSharp.so")));
    }

    [Fact]
    public void The_package_cache_still_has_what_the_package_holds() =>
        Assert.Equal(WeakenedLibraries.InPackage(), File.ReadAllBytes(WeakenedLibraries.Original));

    [Fact]
    public void A_library_that_does_not_ask_for_the_version_is_left_as_it_is() => AssertLeft("absent", "it does not ask for GLIBCXX_9.9.9");

    [Fact]
    public void A_version_whose_symbols_are_used_stays_needed() => AssertLeft("used", "a relocation uses a symbol of GLIBCXX_3.4.30");

    [Fact]
    public void A_file_that_is_no_library_is_left_as_it_is() => AssertLeft("text", "it is not a 64-bit little-endian ELF file");

    [Fact]
    public void A_library_that_is_cut_off_is_left_as_it_is() => AssertLeft("cut", "its sections cannot be read");

    [Fact]
    public void A_link_to_the_original_is_replaced_and_not_written_to()
    {
        Assert.Equal(WeakenedLibraries.InPackage(), File.ReadAllBytes(weakened.Source("linked")));
        Assert.Equal(File.ReadAllBytes(Built), File.ReadAllBytes(weakened.Result("linked")));
        Assert.DoesNotContain(weakened.Source("linked"), weakened.Said);
    }

    private void AssertLeft(string name, string reason)
    {
        Assert.Equal(File.ReadAllBytes(weakened.Source(name)), File.ReadAllBytes(weakened.Result(name)));
        Assert.Contains($"{weakened.Source(name)} is left as it is: {reason}", weakened.Said);
    }
}
