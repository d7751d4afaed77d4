using SparseAudio.Data.Notes;
using Xunit;

namespace SparseAudio.Tests.Cli;

public sealed class TranscribeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _violin = Repository.Path("data", "test", "bach-violin-sonata-2-allegro-violin-minji-kim.flac");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_real_recordings_notes_are_found_as_midi()
    {
        var result = CliProcess.Run("transcribe", _violin, _folder.File("violin.mid"), "--device", "cpu");
        var measured = CliProcess.Run("compare", Path.ChangeExtension(_violin, ".csv"), _folder.File("violin.mid"), "--onset-tolerance", "100", "--json");

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.InRange(MidiReader.Read(_folder.File("violin.mid")).Count, 200, 280);
        using var json = System.Text.Json.JsonDocument.Parse(measured.Output);
        Assert.InRange(json.RootElement[0].GetProperty("onsets").GetProperty("f1").GetDouble(), 0.85, 1);
    }

    [Fact]
    public void A_pipe_goes_in_and_midi_comes_out()
    {
        var tone = new Audio.WavBytes { Data = Audio.WavBytes.Tone(16, 30000) }.Build();

        var result = CliProcess.Run(["transcribe", "-", "--quiet", "--device", "cpu"], input: tone);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("MThd"u8.ToArray(), result.Bytes[..4]);
    }

    [Theory]
    [InlineData("--threshold", "1.5", "--threshold 1.5")]
    [InlineData("--threshold", "NaN", "--threshold NaN")]
    [InlineData("--detector", "nowhere.safetensors", "nowhere.safetensors")]
    public void What_cannot_be_is_said_in_one_line(string option, string value, string message)
    {
        var result = CliProcess.Run("transcribe", _violin, _folder.File("x.mid"), option, value);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"sparseaudio: error: {message}", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("x.mid")));
    }

    [Fact]
    public void A_file_of_another_kind_or_one_that_exists_is_not_written()
    {
        _folder.Write("there.mid", [1]);

        var other = CliProcess.Run("transcribe", _violin, _folder.File("x.txt"));
        var there = CliProcess.Run("transcribe", _violin, _folder.File("there.mid"));

        Assert.Contains("writes files of the kind .mid or .csv", other.Error);
        Assert.Contains("exists already", there.Error);
        Assert.Equal([1], File.ReadAllBytes(_folder.File("there.mid")));
    }
}
