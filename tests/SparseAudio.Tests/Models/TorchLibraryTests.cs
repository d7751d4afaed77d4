using System.Diagnostics;
using SparseAudio.Models;
using SparseAudio.Tests.Packages;
using Xunit;

namespace SparseAudio.Tests.Models;

public sealed class TorchLibraryTests
{
    [Theory]
    [InlineData("/lib/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by /x/libLibTorchSharp.so)", "GLIBCXX_3.4.30", "libstdc++")]
    [InlineData("/lib64/libc.so.6: version `GLIBC_2.34' not found (required by /x/libtorch_cpu.so)", "GLIBC_2.34", "libc")]
    public void A_system_that_is_too_old_is_told_what_it_lacks_and_the_way_out(string loaderSays, string version, string library)
    {
        var told = TorchLibrary.Explain($"Unable to load shared library.\n/x/libLibTorchSharp.so: {loaderSays}\nliblibLibTorchSharp: no")!;

        Assert.Contains($"needs {version}, and this system's {library} is older", told);
        Assert.Contains("or on Debian 12", told);
        Assert.DoesNotContain("\n", told);
    }

    [Theory]
    [InlineData("/x/libtorch_cpu.so: failed to map segment from shared object")]
    [InlineData("/x/libtorch_cpu.so: cannot allocate memory in static TLS block")]
    public void Too_little_memory_is_told_as_that(string loaderSays) =>
        Assert.Contains("there is not enough memory", TorchLibrary.Explain(loaderSays));

    [Fact]
    public void A_library_that_is_merely_not_there_is_left_to_TorchSharp() =>
        Assert.Null(TorchLibrary.Explain("libLibTorchSharp.so: cannot open shared object file: No such file or directory"));

    [Fact]
    public async Task The_command_line_says_so_in_one_line_and_writes_nothing_to_stdout()
    {
        using var folder = new TemporaryFolder();
        CopyProgramForNewerSystem(Repository.Path("lib", "SparseAudio.Cli", "bin", DotnetCommand.Configuration, "net10.0"), folder.Path);
        var start = new ProcessStartInfo("dotnet", [folder.File("SparseAudio.Cli.dll"), "generate", "-", "--seed", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.Empty(output);
        Assert.StartsWith("sparseaudio: error: TorchSharp's native library needs GLIBCXX_9.9.99", Assert.Single((await error).Trim().Split('\n')));
    }

    /// <summary>A copy of the program whose native library asks for a version that no system has.</summary>
    private static void CopyProgramForNewerSystem(string program, string copy)
    {
        foreach (var file in Directory.GetFiles(program, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(program, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Path.GetFileName(file) == "libLibTorchSharp.so")
            {
                var bytes = File.ReadAllBytes(file);
                "GLIBCXX_9.9.99"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("GLIBCXX_3.4.30\0"u8)));
                File.WriteAllBytes(target, bytes);
            }
            else if (file.Contains("/native/", StringComparison.Ordinal))
            {
                File.CreateSymbolicLink(target, file);
            }
            else
            {
                File.Copy(file, target);
            }
        }
    }
}
