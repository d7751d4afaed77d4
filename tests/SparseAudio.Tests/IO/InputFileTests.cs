using System.Diagnostics;
using SparseAudio.IO;
using SparseAudio.Tests.Cli;
using Xunit;

namespace SparseAudio.Tests.IO;

/// <summary>What stands under a file's name and is no file: no command waits for it for ever, or reads it until memory ends.</summary>
public sealed class InputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("info", "{0}")]
    [InlineData("events", "{0}")]
    [InlineData("decode", "{0}", "out.wav")]
    [InlineData("convert", "{0}", "out.json")]
    [InlineData("export", "{0}", "out.safetensors")]
    [InlineData("train", "--data", ".", "--out", "run", "--model-config", "{0}")]
    [InlineData("train", "--data", ".", "--out", "run", "--training-config", "{0}")]
    public void A_pipe_instead_of_a_file_is_refused_at_once(params string[] arguments)
    {
        foreach (var name in arguments[0] == "info" ? (string[])["pipe.sparse"] : ["pipe.sparse", "pipe.json"])
        {
            Process.Start("mkfifo", [_folder.File(name)])!.WaitForExit();

            var result = CliProcess.Run([.. arguments.Select(argument => argument.Replace("{0}", name))], _folder.Path);

            Assert.Equal(1, result.ExitCode);
            Assert.Contains("is a pipe", result.Error.Trim().Split('\n')[^1]);
            File.Delete(_folder.File(name));
        }
    }

    [Fact]
    public void A_text_that_never_ends_is_refused()
    {
        var problem = Assert.Throws<IOException>(() => InputFile.ReadText("/dev/zero", 1 << 20));

        Assert.Contains("/dev/zero", problem.Message);
        Assert.Contains("longer than such a file can be", problem.Message);
    }

    [Theory]
    [InlineData("encode", "-", "out.sparse")]
    [InlineData("decode", "-", "out.wav")]
    [InlineData("events", "-")]
    [InlineData("info", "-")]
    public void One_interrupt_ends_a_command_that_waits_for_stdin(params string[] arguments)
    {
        using var process = CliProcess.Start(arguments, _folder.Path);
        Thread.Sleep(TimeSpan.FromSeconds(4));
        Assert.False(process.HasExited);

        Process.Start("kill", ["-INT", $"{process.Id}"])!.WaitForExit();

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)), "it still waits");
        Assert.Equal(130, process.ExitCode);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("two\nlines.sparse", @"two\x0alines.sparse")]
    [InlineData("\u001b[31mred.sparse", @"\x1b[31mred.sparse")]
    public void A_names_control_characters_are_shown_as_codes(string name, string shown)
    {
        var result = CliProcess.Run(["info", name], _folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{shown}: there is no such file", Assert.Single(result.Error.TrimEnd('\n').Split('\n')));
    }

    [Fact]
    public void A_name_as_long_as_the_system_allows_can_be_written_to()
    {
        foreach (var name in (string[])[new string('a', 251) + ".wav", string.Concat(Enumerable.Repeat("ü", 125)) + ".wav"])
        {
            using (var file = new AtomicFile(_folder.File(name)))
            {
                file.Stream.WriteByte(1);
                file.Commit();
            }

            Assert.Equal([1], File.ReadAllBytes(_folder.File(name)));
        }
    }

    public void Dispose() => _folder.Dispose();
}
