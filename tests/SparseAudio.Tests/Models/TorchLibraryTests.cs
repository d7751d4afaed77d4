using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using SparseAudio.Cli;
using SparseAudio.Models;
using SparseAudio.Models.Workbook;
using SparseAudio.Tests.Cli;
using Xunit;

namespace SparseAudio.Tests.Models;

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
        Assert.Contains("or on Debian 12", told);
        Assert.DoesNotContain("\n", told);
    }

    [Fact]
    public void A_library_that_is_merely_not_there_is_left_to_TorchSharp() =>
        Assert.Null(TorchLibrary.Explain("libLibTorchSharp.so: cannot open shared object file: No such file or directory"));

    [Fact]
    public void The_command_line_says_so_in_one_line_and_writes_nothing_to_stdout()
    {
        var (exitCode, output, error) = RunWhereTorchSharpIsTooNew(CliProcess.Executable, "generate", "-", "--seed", "1");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("sparseaudio: error: TorchSharp's native library needs GLIBC_9.99", Assert.Single(error.Trim().Split('\n')));
    }

    [Fact]
    public void A_notebook_says_so_at_the_cell_that_needs_torch()
    {
        string code = $"#r \"{typeof(SparseAudioModel).Assembly.Location}\"\n#r \"{typeof(TorchSharp.torch).Assembly.Location}\"\nnew SparseAudio.Models.SparseAudioModel(SparseAudio.Models.new WorkbookConfig())";
        var cell = new JsonObject { ["cell_type"] = "code", ["id"] = "a", ["metadata"] = new JsonObject(), ["source"] = code, ["outputs"] = new JsonArray(), ["execution_count"] = null };
        var notebook = new JsonObject { ["cells"] = new JsonArray(cell), ["metadata"] = new JsonObject(), ["nbformat"] = 4, ["nbformat_minor"] = 5 };
        string path = _folder.Write("one.ipynb", Encoding.UTF8.GetBytes(notebook.ToJsonString()));

        var (exitCode, _, error) = RunWhereTorchSharpIsTooNew("dotnet", Path.Combine(AppContext.BaseDirectory, "NotebookRunner.dll"), "run", path);

        Assert.Equal(1, exitCode);
        Assert.Contains("\n  TorchLibraryException: TorchSharp's native library needs GLIBC_9.99", error);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs where a native library of TorchSharp's name asks the system's libm for a version which no libm has.</summary>
    private (int ExitCode, string Output, string Error) RunWhereTorchSharpIsTooNew(string program, params string[] arguments)
    {
        string versions = _folder.Write("versions", "GLIBC_9.99 { newer; };"u8.ToArray());
        Compile("extern \"C\" void newer() { }", "-Wl,-soname,libm.so.6", $"-Wl,--version-script={versions}", "-o", _folder.File("newer.so"));
        Compile("extern \"C\" void newer(); extern \"C\" void older() { newer(); }", _folder.File("newer.so"), "-o", _folder.File("libLibTorchSharp.so"));

        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        start.Environment["LD_LIBRARY_PATH"] = _folder.Path;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private void Compile(string source, params string[] options)
    {
        string file = _folder.Write("source.cpp", Encoding.UTF8.GetBytes(source));
        using var process = Process.Start(new ProcessStartInfo("g++", ["-shared", "-fPIC", "-nostdlib", file, .. options]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
