using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace SparseAudio.Tests.Devcontainer;

public sealed class DevcontainerTests
{
    private static readonly JsonDocumentOptions _withComments = new() { CommentHandling = JsonCommentHandling.Skip };

    [Fact]
    public void The_file_keeps_to_the_format() => Assert.Empty(DevcontainerRules.Violations(Read().RootElement));

    [Theory]
    [InlineData("""{ "postCreateComand": "x" }""", "postCreateComand")]
    [InlineData("""{ "hostRequirements": { "gpu": "maybe" } }""", "hostRequirements")]
    [InlineData("""{ "hostRequirements": { "memory": "8 gigabytes" } }""", "hostRequirements")]
    [InlineData("""{ "mounts": [{ "type": "volume", "source": "x" }] }""", "mounts")]
    [InlineData("""{ "containerEnv": { "A": 1 } }""", "containerEnv")]
    [InlineData("""{ "build": { "context": ".." } }""", "build")]
    public void What_the_format_does_not_allow_is_found(string json, string property) =>
        Assert.Equal([property], DevcontainerRules.Violations(JsonDocument.Parse(json).RootElement));

    [Fact]
    public void It_runs_as_an_ordinary_user_and_builds_from_a_file_that_exists()
    {
        using var file = Read();

        Assert.NotEqual("root", file.RootElement.GetProperty("remoteUser").GetString());
        Assert.True(File.Exists(Repository.Path(".devcontainer", file.RootElement.GetProperty("build").GetProperty("dockerfile").GetString()!)));
    }

    [Fact]
    public void The_command_it_runs_is_one_of_the_workbook()
    {
        using var file = Read();
        var command = file.RootElement.GetProperty("postCreateCommand").GetString()!.Split(' ');

        using var help = Process.Start(new ProcessStartInfo(Repository.Path(command[0]), "help") { RedirectStandardOutput = true })!;
        var text = help.StandardOutput.ReadToEnd();
        help.WaitForExit();

        Assert.Equal(0, help.ExitCode);
        Assert.Contains(text.Split('\n'), line => line.StartsWith($"  {command[1]} ", StringComparison.Ordinal));
    }

    private static JsonDocument Read() => JsonDocument.Parse(File.ReadAllText(Repository.Path(".devcontainer", "devcontainer.json")), _withComments);
}
