using System.Diagnostics;
using SparseAudio.Model;
using SparseAudio.Tests.Cli;
using SparseAudio.Tests.Packages;
using Xunit;

namespace SparseAudio.Tests.Model;

public sealed class TorchLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("/x/libLibTorchSharp.so: /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /x/libLibTorchSharp.so)", "GLIBCXX_3.4.32", "libstdc++")]
    [InlineData("/x/libtorch_cpu.so: /lib64/libc.so.6: version `GLIBC_2.38' not found (required by /x/libtorch_cpu.so)", "GLIBC_2.38", "libc")]
    public void A_system_that_is_too_old_is_told_what_it_lacks_and_the_way_out(string loaderSays, string version, string library)
    {
        string told = TorchLibrary.Explain($"Unable to load shared library 'LibTorchSharp'.\n{loaderSays}\nliblibLibTorchSharp: cannot open shared object file")!;

        Assert.Contains($"needs {version}, and this system's {library} is older", told);
        Assert.Contains("./workbook setup --stand-ins", told);
        Assert.DoesNotContain("\n", told);
    }

    [Fact]
    public void A_library_that_is_merely_not_there_is_left_to_TorchSharp() =>
        Assert.Null(TorchLibrary.Explain("libLibTorchSharp.so: cannot open shared object file: No such file or directory"));

    [StandInFact]
    public void The_command_line_says_so_in_one_line_and_writes_nothing_to_stdout()
    {
        // A library that asks the system's libm for a version which no libm has, where only a real TorchSharp would be found.
        Compile("extern \"C\" void newer() { }", "-Wl,-soname,libm.so.6", $"-Wl,--version-script={_folder.Write("versions", "GLIBC_9.99 { newer; };"u8.ToArray())}", "-o", _folder.File("newer.so"));
        Compile("extern \"C\" void newer(); extern \"C\" void older() { newer(); }", _folder.File("newer.so"), "-o", _folder.File("libLibTorchSharp.so"));
        var start = new ProcessStartInfo(CliProcess.Executable, ["generate", "-", "--seed", "1"]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        start.Environment["LD_LIBRARY_PATH"] = _folder.Path;

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        Assert.Empty(process.StandardOutput.ReadToEnd());
        process.WaitForExit();

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("sparseaudio: error: TorchSharp's native library needs GLIBC_9.99", Assert.Single(error.Result.Trim().Split('\n')));
    }

    public void Dispose() => _folder.Dispose();

    private void Compile(string source, params string[] options)
    {
        string file = _folder.Write("source.cpp", System.Text.Encoding.UTF8.GetBytes(source));
        using var process = Process.Start(new ProcessStartInfo("g++", ["-shared", "-fPIC", "-nostdlib", file, .. options]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
