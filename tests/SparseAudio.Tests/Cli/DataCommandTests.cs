using System.Security.Cryptography;
using System.Text.Json;
using SparseAudio.Tests.Audio;
using SparseAudio.Tests.Data;
using Xunit;

namespace SparseAudio.Tests.Cli;

public sealed class DataCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Scan_says_in_one_line_what_there_is_and_what_was_skipped()
    {
        _folder.Write("good.wav", new WavBytes { Data = WavBytes.Tone(16, 44100) }.Build());
        _folder.Write("bad.wav", [1]);

        var result = CliProcess.Run("data", "scan", _folder.Path, "--quiet");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("1 recording, 00:00:02; 1 skipped: bad.wav (byte 0: not a WAV, FLAC, Ogg or MP3 file)\n", result.Output);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Scan_as_json_lists_files_and_reasons()
    {
        _folder.Write("good.wav", new WavBytes { Data = WavBytes.Tone(16, 3000) }.Build());
        _folder.Write("short.wav", new WavBytes { Data = WavBytes.Tone(16, 10) }.Build());

        var result = CliProcess.Run("data", "scan", _folder.Path, "--segment", "2000", "--json");

        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(3000, json.RootElement.GetProperty("files")[0].GetProperty("samples").GetInt64());
        Assert.Equal("short.wav", json.RootElement.GetProperty("skipped")[0].GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("no such folder", "missing")]
    [InlineData("no recordings", "")]
    public void Folders_without_recordings_are_one_line_and_exit_code_1(string reason, string name)
    {
        var result = CliProcess.Run("data", "scan", _folder.File(name));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(reason, Assert.Single(result.Error.Trim().Split('\n')));
        Assert.Empty(result.Output);
    }

    [Fact]
    public void MusicNet_comes_from_a_mirror_and_errors_are_one_line()
    {
        var archive = TarBytes.MusicNet();
        using var server = new LocalServer(LocalServer.File(archive)).Then(LocalServer.Status("404 Not Found"));
        string[] arguments = [
            "data", "musicnet", "--to", _folder.Path, "--url", server.Url.ToString(), "--md5", Convert.ToHexString(MD5.HashData(archive))];

        var missing = CliProcess.Run(arguments);
        var fetched = CliProcess.Run(arguments);

        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("404 Not Found", Assert.Single(missing.Error.Trim().Split('\n')));
        Assert.Equal(0, fetched.ExitCode);
        Assert.Equal(_folder.File("musicnet") + "\n", fetched.Output);
        Assert.Contains("--data " + _folder.File("musicnet/train_data"), fetched.Error);
        Assert.True(File.Exists(_folder.File("musicnet/train_labels/1727.csv")));
    }

    [Fact]
    public void An_address_that_is_none_is_refused()
    {
        var result = CliProcess.Run("data", "musicnet", "--to", _folder.Path, "--url", "ftp://x/y");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("http://", result.Error);
    }

    public void Dispose() => _folder.Dispose();
}
