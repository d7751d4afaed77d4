using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace SparseAudio.Tests.Cli;

/// <summary>Signals while a command works: nothing half-written and nothing temporary stays.</summary>
[Collection("torch")]
public sealed partial class KilledCommandTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _temp = new();

    public void Dispose()
    {
        _folder.Dispose();
        _temp.Dispose();
    }

    [Theory]
    [InlineData(1, 129)]
    [InlineData(2, 130)]
    [InlineData(15, 143)]
    public void A_handled_signal_leaves_neither_parts_nor_temporary_files(int signal, int exitCode)
    {
        using var process = Generating();

        Assert.Equal(0, Kill(process.Id, signal));

        Assert.True(process.WaitForExit(_patience));
        Assert.Equal(exitCode, process.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Empty(Ours());
    }

    [Fact]
    public void What_a_kill_leaves_the_next_command_sweeps()
    {
        using var process = Generating();
        process.Kill();
        Assert.True(process.WaitForExit(_patience));
        Assert.NotEmpty(Ours());

        using var next = Start("--version");
        next.StandardInput.Close();

        Assert.True(next.WaitForExit(_patience));
        Assert.Empty(Ours());
    }

    [Fact]
    public void Without_a_folder_for_temporary_files_the_error_names_it()
    {
        using var process = StartIn(Path.Combine(_temp.Path, "nowhere"), "encode", "-", "--preset", "workbook");
        process.StandardInput.Close();

        var error = process.StandardError.ReadToEnd();

        Assert.Contains("nowhere/', the folder for temporary files: there is no such folder; set TMPDIR", error);
        Assert.True(process.WaitForExit(_patience));
        Assert.Equal(1, process.ExitCode);
    }

    // A long piece, of which some has gone into a temporary file.
    private Process Generating()
    {
        var process = Start("generate", "long.wav", "--seconds", "36000", "--events", "64", "--preset", "workbook", "--device", "cpu", "--quiet");
        for (var clock = Stopwatch.StartNew(); !Ours().Any(folder => new FileInfo(Path.Combine(folder, "sound")) is { Exists: true, Length: > 1 << 16 });)
        {
            Assert.False(process.HasExited, process.HasExited ? process.StandardError.ReadToEnd() : "");
            Assert.True(clock.Elapsed < _patience);
            Thread.Sleep(20);
        }

        return process;
    }

    private IEnumerable<string> Ours() => Directory.EnumerateDirectories(_temp.Path, "sparseaudio-tmp-*");

    private Process Start(params string[] arguments) => StartIn(_temp.Path, arguments);

    private Process StartIn(string temp, params string[] arguments)
    {
        var info = new ProcessStartInfo("env", ["--default-signal=HUP,INT,TERM", $"TMPDIR={temp}", CliProcess.Executable, .. arguments])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(info)!;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
