using System.Text.Json.Nodes;
using SparseAudio.Audio;
using SparseAudio.Tests.Codec;
using Xunit;

namespace SparseAudio.Tests.Cli;

/// <summary>Folders and lists of files: shares, manifests, interruptions; with the real executable and an untrained model.</summary>
[Collection("torch")]
public sealed class ArchiveTests : IDisposable
{
    private static readonly string[] _model = ["--preset", "workbook", "--device", "cpu"];
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);
    private readonly TemporaryFolder _folder = new();

    public ArchiveTests()
    {
        for (var i = 1; i <= 4; i++) WriteMusic($"in/{(i == 4 ? "deep/" : "")}{i}.wav", i);
        File.WriteAllText(_folder.File("in/bad.wav"), "no sound");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_bad_file_is_told_and_the_others_are_done_once()
    {
        var first = Encode();
        var made = Outputs();
        var second = Encode();

        Assert.Equal((1, 1), (first.ExitCode, second.ExitCode));
        Assert.Contains("in/bad.wav' (byte 0): not a WAV", first.Error, StringComparison.Ordinal);
        Assert.Contains("5 files: 4 made, 0 were done already, 1 failed", first.Error, StringComparison.Ordinal);
        Assert.Contains("5 files: 0 made, 4 were done already, 1 failed", second.Error, StringComparison.Ordinal);
        Assert.Equal(["1.sparse", "2.sparse", "3.sparse", "deep/4.sparse"], made.Select(item => item.Name));
        Assert.Equal(made, Outputs());
        var entry = Manifest("manifest.jsonl").Last(item => (string?)item["output"] == "deep/4.sparse");
        Assert.Equal(("deep/4.wav", "done", 2.0), ((string?)entry["source"], (string?)entry["state"], (double)entry["seconds"]!));
        Assert.StartsWith("encode workbook-", (string?)entry["recipe"], StringComparison.Ordinal);
        Assert.Contains("not a WAV", (string?)Manifest("manifest.jsonl").Last(item => (string?)item["source"] == "bad.wav")["error"], StringComparison.Ordinal);
        var check = Run("manifest", "check", "codes", "--source", "in");
        Assert.Equal(1, check.ExitCode);
        Assert.StartsWith("bad.wav: failed: ", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_are_disjoint_and_make_up_the_whole()
    {
        File.Delete(_folder.File("in/bad.wav"));
        var whole = Encode("whole");
        Assert.Equal(0, whole.ExitCode);

        var one = Run(["encode", "in", "codes", "--shard", "1/2", .. _model]);
        var two = CliProcess.Start(["encode", "in", "codes", .. _model], _folder.Path, ("SLURM_ARRAY_TASK_ID", "8"), ("SLURM_ARRAY_TASK_COUNT", "2"),
            ("SLURM_ARRAY_TASK_MIN", "7"));
        var error = two.StandardError.ReadToEnd();
        Assert.True(two.WaitForExit(_patience));

        Assert.Contains("2 files of share 1/2: 2 made", one.Error, StringComparison.Ordinal);
        Assert.Contains("2 files of share 2/2: 2 made", error, StringComparison.Ordinal);
        Assert.Equal(Outputs("whole"), Outputs());
        Assert.Equal(0, Run("manifest", "merge", "codes").ExitCode);
        Assert.Equal(["manifest.jsonl"], Directory.GetFiles(_folder.File("codes")).Select(path => Path.GetFileName(path)).Where(name => name.Contains("manifest")));
        Assert.Equal(0, Run("manifest", "check", "codes", "--source", "in").ExitCode);
        Assert.Equal(0, Encode().ExitCode);
        Assert.Equal(4, Manifest("manifest.jsonl").Count);
    }

    [Fact]
    public void A_killed_process_leaves_nothing_broken_and_the_next_one_ends_its_work()
    {
        File.Delete(_folder.File("in/bad.wav"));
        WriteMusic("in/9-long.wav", 9, seconds: 60);
        Assert.Equal(0, Encode("whole").ExitCode);

        using var killed = CliProcess.Start(["encode", "in", "codes", .. _model], _folder.Path);
        while (killed.StandardError.ReadLine() is { } line && !line.StartsWith("codes/3.sparse", StringComparison.Ordinal)) ;
        Thread.Sleep(300);
        killed.Kill();
        Assert.True(killed.WaitForExit(_patience));
        Assert.Equal("begun", (string?)Manifest("manifest.jsonl")[^1]["state"]);
        // As if the kill had come between a file and the line that says so, and within a line.
        File.WriteAllLines(_folder.File("codes/manifest.jsonl"), File.ReadAllLines(_folder.File("codes/manifest.jsonl")).Where(
            line => !(line.Contains("\"1.wav\"") && line.Contains("done"))));
        File.AppendAllText(_folder.File("codes/manifest.jsonl"), "{\"source\":\"dee");
        var again = Encode();

        Assert.Equal(0, again.ExitCode);
        Assert.Contains("3 were done already, 0 failed", again.Error, StringComparison.Ordinal);
        Assert.Equal(Outputs("whole"), Outputs());
        Assert.Empty(Directory.GetFiles(_folder.File("codes"), ".*.part", SearchOption.AllDirectories));
        Assert.Equal(0, Run("manifest", "check", "codes", "--source", "in").ExitCode);
    }

    [Fact]
    public void What_is_the_users_is_left_alone_and_what_is_out_of_date_is_made_anew()
    {
        Encode();
        File.WriteAllText(_folder.File("in/5.wav"), "");
        WriteMusic("in/5.wav", 5);
        File.WriteAllText(_folder.File("codes/5.sparse"), "a file of the user's");
        File.Copy(_folder.File("codes/1.sparse"), _folder.File("codes/2.sparse"), overwrite: true);
        File.WriteAllText(_folder.File("codes/3.sparse"), "broken");
        WriteMusic("in/deep/4.wav", 44);
        var before = Outputs().ToDictionary(item => item.Name, item => item.Hash);

        var result = Encode();

        var after = Outputs().ToDictionary(item => item.Name, item => item.Hash);
        Assert.Contains("5.sparse: exists already, and no manifest says what it was made of", result.Error, StringComparison.Ordinal);
        Assert.Contains("2.sparse: was changed since it was made", result.Error, StringComparison.Ordinal);
        Assert.Contains("6 files: 2 made, 1 were done already, 3 failed", result.Error, StringComparison.Ordinal);
        Assert.Equal((before["5.sparse"], before["2.sparse"], before["1.sparse"]), (after["5.sparse"], after["2.sparse"], after["1.sparse"]));
        Assert.NotEqual(before["3.sparse"], after["3.sparse"]);
        Assert.NotEqual(before["deep/4.sparse"], after["deep/4.sparse"]);
        Assert.Equal(0, Run(["encode", "in/2.wav", "two.sparse", .. _model]).ExitCode);
    }

    [Fact]
    public void Two_processes_cannot_do_the_same_share()
    {
        WriteMusic("in/0-long.wav", 1, seconds: 60);
        using var first = CliProcess.Start(["encode", "in", "codes", .. _model], _folder.Path);
        while (!File.Exists(_folder.File("codes/manifest.jsonl")) && !first.HasExited) Thread.Sleep(10);

        var second = Encode();
        first.Kill();
        Assert.True(first.WaitForExit(_patience));

        Assert.Equal(1, second.ExitCode);
        Assert.Equal("sparseaudio: error: codes/manifest.jsonl: another process does the same files; give each its own --shard\n", second.Error);
    }

    [Fact]
    public void Codes_of_a_folder_or_a_list_are_decoded_and_converted()
    {
        Encode();
        File.WriteAllText(_folder.File("two.txt"), "# of four\ncodes/1.sparse\n\ncodes/deep/4.sparse\n");

        Assert.Equal(0, Run(["decode", "two.txt", "sounds", .. _model]).ExitCode);
        Assert.Equal(0, Run(["convert", "codes", "midi", "--to", "mid", .. _model]).ExitCode);
        Assert.Equal(0, Run(["convert", "codes", "json", "--to", "json"]).ExitCode);

        Assert.Equal(["sounds/codes/1.wav", "sounds/codes/deep/4.wav"], Files("sounds", ".wav"));
        Assert.Equal(["midi/1.mid", "midi/2.mid", "midi/3.mid", "midi/deep/4.mid"], Files("midi", ".mid"));
        Assert.Equal(4, Files("json", ".json").Length);
        var missing = Run("convert", "codes", "text");
        Assert.Equal("sparseaudio: error: codes: say with --to what the codes become: json, sparse or mid\n", missing.Error);
    }

    [Fact]
    public void Measurements_of_shares_are_summed_up()
    {
        File.Delete(_folder.File("in/bad.wav"));
        string[] evaluate = ["evaluate", "--data", "in", "--into", "measured", "--per-clip", "1", "--baselines", "noise", "--json"];

        Assert.Equal(0, Run([.. evaluate, "--shard", "1/2"]).ExitCode);
        var second = Run([.. evaluate, "--shard", "2/2"]);
        var again = Run(evaluate);
        var whole = Run(["evaluate", "--data", "in", "--per-clip", "1", "--baselines", "noise", "--json"]);

        Assert.Equal((0, 0, 0), (second.ExitCode, again.ExitCode, whole.ExitCode));
        Assert.Equal(["measured/1.csv", "measured/2.csv", "measured/3.csv", "measured/deep/4.csv"], Files("measured", ".csv"));
        Assert.Contains("0 made, 4 were done already", again.Error, StringComparison.Ordinal);
        Assert.Equal(second.Output, again.Output);
        Assert.Contains("band noise", second.Output, StringComparison.Ordinal);
        // A folder's own recordings alone are measured without --into, the archive's with all folders in it.
        Assert.NotEqual(whole.Output, again.Output);
    }

    [Theory]
    [InlineData("0/4")]
    [InlineData("5/4")]
    [InlineData("half")]
    [InlineData("1/2/3")]
    public void A_share_that_is_none_is_refused(string shard)
    {
        var result = Run(["encode", "in", "codes", "--shard", shard, .. _model]);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"sparseaudio: error: --shard {shard}: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, Run(["encode", "in/1.wav", "--shard", "1/2", .. _model]).ExitCode);
    }

    private CliProcess.Result Encode(string output = "codes") => Run(["encode", "in", output, .. _model]);

    private CliProcess.Result Run(params string[] arguments) => CliProcess.Run(arguments, _folder.Path);

    private List<JsonNode> Manifest(string name) =>
        [.. File.ReadAllLines(_folder.File(Path.Combine("codes", name))).Select(line => JsonNode.Parse(line)!)];

    private List<(string Name, string Hash)> Outputs(string folder = "codes") =>
        [.. Files(folder, ".sparse").Select(name => (Path.GetRelativePath(folder, name), Convert.ToHexString(
            System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_folder.File(name))))))];

    private string[] Files(string folder, string extension) =>
        [.. Directory.GetFiles(_folder.File(folder), "*" + extension, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder.Path, path)).Order(StringComparer.Ordinal)];

    private void WriteMusic(string name, int seed, double seconds = 2)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AudioFile.WriteWav(path, new AudioClip(SmallModels.Music((int)(seconds * 22050), seed), 22050), overwrite: true);
    }
}
