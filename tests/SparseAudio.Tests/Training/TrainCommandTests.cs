using SparseAudio.Tests.Cli;
using Xunit;

namespace SparseAudio.Tests.Training;

[Collection("torch")]
public sealed class TrainCommandTests : IDisposable
{
    private readonly TrainingBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("--minutes", "0", "--minutes 0")]
    [InlineData("--batch", "0", "BatchSize is 0")]
    [InlineData("--learning-rate", "-1", "LearningRate is -1")]
    [InlineData("--preset", "none", "none")]
    [InlineData("--rooms", "nowhere", "nowhere")]
    [InlineData("--model-config", "missing.json", "missing.json")]
    public void What_cannot_be_done_is_said_in_one_line(string option, string value, string message)
    {
        var result = CliProcess.Run("train", "--data", _bench.Recordings, "--out", _bench.Out("run"), "--device", "cpu", option, value);

        Assert.Equal(1, result.ExitCode);
        var error = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith("sparseaudio: error: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Resuming_in_an_empty_folder_says_that_it_begins()
    {
        var config = _bench.Out("small.json");
        File.WriteAllText(config, Models.Workbook.SmallWorkbook.Small.ToJson());
        string[] arguments = ["train", "--model-config", config, "--data", Repository.Path("data", "test"), "--out", _bench.Out("run"),
            "--steps", "1", "--batch", "1", "--device", "cpu", "--resume"];

        Assert.Contains("there is no checkpoint to resume, so this is a new training: ", CliProcess.Run(arguments).Error);
        Assert.Contains("going on after step 1: ", CliProcess.Run(arguments).Error);
    }
}
