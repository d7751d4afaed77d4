using System.Diagnostics;
using System.Text;
using Xunit;

namespace SparseAudio.Tests.Packages;

/// <summary>What <c>./workbook setup</c> asks <c>dotnet</c> for, with other programs of the names <c>dotnet</c> and <c>nvidia-smi</c>.</summary>
public sealed class WorkbookSetupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WorkbookSetupTests()
    {
        File.Copy(Repository.Path("workbook"), _folder.File("workbook"));
        foreach (var name in new[] { "lib/a.cs", "tests/a.cs", "Directory.Build.props", ".editorconfig", "global.json" }) _folder.Write(name, []);
        WriteProgram("dotnet", """echo "$TorchDevice: $*" >>calls""");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("echo 'GPU 0: NVIDIA H100 (UUID: GPU-1)'", null, "cuda")]
    [InlineData("echo 'GPU 0: NVIDIA H100 (UUID: GPU-1)'", "cpu", "cpu")]
    [InlineData("echo 'No devices found.'", null, "cpu")]
    [InlineData("echo 'NVIDIA-SMI has failed' >&2; exit 9", null, "cpu")]
    public void CUDA_is_chosen_where_a_GPU_is_listed_unless_the_device_is_given(string lister, string? device, string chosen)
    {
        WriteProgram("nvidia-smi", lister);

        Assert.Equal(0, RunSetup(device));

        var build = Assert.Single(File.ReadLines(_folder.File("calls")), call => call.Contains(" build "));
        Assert.StartsWith($"{chosen}: ", build);
    }

    [Fact]
    public void Without_an_SDK_there_is_one_line_that_says_where_to_get_it()
    {
        WriteProgram("dotnet", "echo 'A compatible .NET SDK was not found.' >&2; exit 145");

        Assert.Equal(1, RunSetup(null, out var error));

        Assert.Contains("https://dotnet.microsoft.com/download", Assert.Single(error.Trim().Split('\n')));
    }

    private int RunSetup(string? device) => RunSetup(device, out _);

    private int RunSetup(string? device, out string error)
    {
        var start = new ProcessStartInfo(_folder.File("workbook"), ["setup"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_folder.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["TorchDevice"] = device;
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private void WriteProgram(string name, string script)
    {
        var path = _folder.Write($"bin/{name}", Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
