using System.Diagnostics;
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
        var library = Path.Combine(OutputFolder(project), Path.GetRelativePath(AppContext.BaseDirectory, Built));

        Assert.Equal(File.ReadAllBytes(Built), File.ReadAllBytes(library));
    }

    [Fact]
    public void All_programs_share_one_file_of_libtorch()
    {
        var libraries = new[] { "lib/SparseAudio.Cli", "tests/SparseAudio.Parity", "tests/SparseAudio.Tests" }.Select(project => Path.Combine(
            OutputFolder(project), Path.GetRelativePath(AppContext.BaseDirectory, Path.GetDirectoryName(Built)!), "libtorch_cpu.so"));
        var start = new ProcessStartInfo("stat", ["--format=%d:%i", .. libraries]) { RedirectStandardOutput = true };

        using var process = Process.Start(start)!;
        var files = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, files.Length);
        Assert.Single(files.Distinct());
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

    private static string OutputFolder(string project) => Repository.Path(project, "bin", DotnetCommand.Configuration, "net10.0");

    private void AssertLeft(string name, string reason)
    {
        Assert.Equal(File.ReadAllBytes(weakened.Source(name)), File.ReadAllBytes(weakened.Result(name)));
        Assert.Contains($"{weakened.Source(name)} is left as it is: {reason}", weakened.Said);
    }
}
