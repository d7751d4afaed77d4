using System.Diagnostics;
using System.Globalization;
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
        // On a slow machine a line of progress can come before it.
        Assert.Contains("404 Not Found", Assert.Single(missing.Error.Trim().Split('\n'), line => !line.EndsWith('%')));
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

    [Theory]
    [InlineData("12345")]
    [InlineData("zz4764911fa0d5b97c97da944a057590")]
    public void A_malformed_checksum_is_refused_before_anything_is_fetched(string md5)
    {
        var result = CliProcess.Run("data", "musicnet", "--to", _folder.Path, "--url", "http://127.0.0.1:1/x", "--md5", md5);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("32 hexadecimal digits", result.Error);
    }

    [Fact]
    public void Made_music_goes_on_after_an_interruption()
    {
        string[] arguments = ["data", "make", "--hours", "0.5", "--seed", "3", "--out", _folder.Path, "--soundfont", "none"];
        using (var process = CliProcess.Start(arguments))
        {
            Assert.True(SpinWait.SpinUntil(() => Directory.GetFiles(_folder.Path, "*.csv").Length > 1, TimeSpan.FromMinutes(2)));
            Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            process.WaitForExit();
            Assert.Equal(130, process.ExitCode);
        }

        var pieces = Directory.GetFiles(_folder.Path, "*.csv").Select(file => int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture)).ToArray();
        Assert.InRange(pieces.Length, 2, 59);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.part"));
        arguments[3] = (pieces.Length * 30 / 3600.0).ToString(CultureInfo.InvariantCulture);

        var again = CliProcess.Run(arguments);

        Assert.Equal(0, again.ExitCode);
        Assert.Contains($"{pieces.Count(piece => piece < pieces.Length)} kept", again.Output);
    }

    [Theory]
    [InlineData("--hours", "0")]
    [InlineData("--hours", "many")]
    [InlineData("--programs", "drums")]
    [InlineData("--soundfont", "/nowhere/font.sf2")]
    public void Music_that_cannot_be_made_is_one_line(string option, string value)
    {
        string[] arguments = ["data", "make", "--out", _folder.File("made"), .. option == "--hours" ? [] : (string[])["--hours", "0.01"], option, value];

        var result = CliProcess.Run(arguments);

        Assert.NotEqual(0, result.ExitCode);
        // Where no fluidsynth is installed, a note before it says so.
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("no fluidsynth", StringComparison.Ordinal));
        Assert.StartsWith("sparseaudio: error:", lines.First());
        Assert.False(Directory.Exists(_folder.File("made")));
    }

    public void Dispose() => _folder.Dispose();
}
