using Xunit;

namespace SparseAudio.Tests.Cli;

public class CommandLineTests
{
    [Fact]
    public void Help_lists_the_shared_options_examples_and_exit_codes()
    {
        var result = CliProcess.Run("--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Contains("sparseaudio ", result.Output);
        Assert.Contains("--quiet", result.Output);
        Assert.Contains("Examples:", result.Output);
        Assert.Contains("Exit codes: 0 done, 1 failed, 2", result.Output);
    }

    [Fact]
    public void Without_a_command_the_help_is_shown_and_the_exit_code_says_usage()
    {
        var result = CliProcess.Run();

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Usage:", result.Output);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("--nonsense")]
    public void An_unknown_word_is_one_line_and_a_hint(string word)
    {
        var result = CliProcess.Run(word);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        var lines = result.Error.Trim().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("sparseaudio: error: ", lines[0]);
        Assert.Contains(word, lines[0]);
        Assert.Equal("try: sparseaudio --help", lines[1]);
    }

    [Fact]
    public void Version_is_one_line()
    {
        var result = CliProcess.Run("--version");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", result.Output);
    }
}
