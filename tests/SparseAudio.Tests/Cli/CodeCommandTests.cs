using System.Text.Json;
using SparseAudio.Audio;
using SparseAudio.Codec.Format;
using SparseAudio.Tests.Codec;
using Xunit;

namespace SparseAudio.Tests.Cli;

/// <summary>The commands for codes, run as a person runs them: the real executable, an untrained workbook model.</summary>
[Collection("torch")]
public sealed class CodeCommandTests : IDisposable
{
    private static readonly string[] _model = ["--preset", "workbook", "--device", "cpu"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_recording_is_encoded_listed_edited_and_decoded()
    {
        WriteMusic("song.wav", seconds: 4);

        var encoded = Run(["encode", "song.wav", "--pure", .. _model]);
        var info = Json(Run("info", "song.sparse", "--json"))[0];
        var rows = Json(Run("events", "song.sparse", "--where", "time:1..2", "--json"));
        var edited = Run("edit", "song.sparse", "part.sparse", "--keep", "time:1..2");
        var decoded = Run(["decode", "part.sparse", "part.wav", .. _model]);

        Assert.Equal("", encoded.Output);
        Assert.Contains("song.sparse: ", encoded.Error);
        Assert.Equal(4, info.GetProperty("seconds").GetDouble(), 0.01);
        Assert.InRange(info.GetProperty("bitsPerSecond").GetDouble(), 300, 1400);
        var kept = CodeFile.Read(_folder.File("part.sparse"));
        Assert.InRange(kept.Events.Length, 1, info.GetProperty("events").GetInt32() - 1);
        Assert.Equal(rows.GetArrayLength(), kept.Events.Length);
        Assert.Contains($"part.sparse: {kept.Events.Length} events", edited.Error);
        var sound = AudioFile.Read(_folder.File("part.wav"));
        Assert.Equal(4, sound.DurationSeconds, 0.01);
        Assert.Contains("times real time", decoded.Error);
        Assert.True(Energy(sound, 1.0, 2.0) > 10 * Energy(sound, 0, 0.9));
    }

    [Fact]
    public void Pipes_carry_code_and_sound()
    {
        WriteMusic("song.wav", seconds: 2);

        var code = CliProcess.Run(["encode", "-", "-q", .. _model], _folder.Path, File.ReadAllBytes(_folder.File("song.wav")));
        var later = CliProcess.Run(["edit", "-", "-", "--move", "0.5", "-q"], _folder.Path, code.Bytes);
        var sound = CliProcess.Run(["decode", "-", "-", "-q", .. _model], _folder.Path, later.Bytes);

        Assert.Equal((0, 0, 0), (code.ExitCode, later.ExitCode, sound.ExitCode));
        Assert.Equal("", code.Error + later.Error + sound.Error);
        var moved = CodeFile.Read(new MemoryStream(later.Bytes), "pipe");
        Assert.Equal(43, moved.Events[0].Frame - CodeFile.Read(new MemoryStream(code.Bytes), "pipe").Events[0].Frame);
        Assert.Equal("RIFF", System.Text.Encoding.ASCII.GetString(sound.Bytes, 0, 4));
        Assert.Equal(44 + 2 * moved.Length, sound.Bytes.Length);
    }

    [Fact]
    public void Folders_are_made_again_with_their_tree()
    {
        WriteMusic("in/a.wav", seconds: 1);
        WriteMusic("in/deep/er/b.wav", seconds: 1);
        File.WriteAllText(_folder.File("in/notes.txt"), "no audio");

        Run(["encode", "in", "codes", .. _model]);
        Run(["decode", "codes", "out", .. _model]);

        Assert.Equal(
            ["codes/a.sparse", "codes/deep/er/b.sparse", "out/a.wav", "out/deep/er/b.wav"],
            new[] { "codes", "out" }.SelectMany(d => Directory.GetFiles(_folder.File(d), "*", SearchOption.AllDirectories))
                .Select(f => Path.GetRelativePath(_folder.Path, f)).Where(f => !f.EndsWith("manifest.jsonl", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Nothing_is_overwritten_without_force()
    {
        WriteMusic("song.wav", seconds: 1);
        Run(["generate", "song.sparse", "--seconds", "1", .. _model]);
        var before = File.ReadAllBytes(_folder.File("song.sparse"));

        var refused = CliProcess.Run(["encode", "song.wav", .. _model], _folder.Path);
        Assert.Equal(before, File.ReadAllBytes(_folder.File("song.sparse")));
        Run(["encode", "song.wav", "--force", .. _model]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Equal("sparseaudio: error: song.sparse: exists already; overwrite it with --force, or name another output\n", refused.Error);
        Assert.NotEqual(before, File.ReadAllBytes(_folder.File("song.sparse")));
    }

    [Fact]
    public void Codes_become_json_and_midi_and_json_becomes_a_code_again()
    {
        CodeFile.Write(_folder.File("a.sparse"), SampleCodes.Edited(1), CodePrecision.Lossless);

        Run("convert", "a.sparse", "a.json");
        Run("convert", "a.json", "b.sparse", "--lossless");
        Run(["generate", "g.sparse", "--seconds", "2", "--events", "8", .. _model]);
        Run(["convert", "g.sparse", "g.mid", .. _model]);

        Assert.Equal(CodeFile.Read(_folder.File("a.sparse")), CodeFile.Read(_folder.File("b.sparse")));
        Assert.Equal("MThd"u8.ToArray(), File.ReadAllBytes(_folder.File("g.mid"))[..4]);
    }

    [Fact]
    public void Info_reads_a_pipe_and_calls_only_codes_edited_whose_contexts_tell()
    {
        var derived = Json(CliProcess.Run(["info", "-", "--json"], _folder.Path, CodeFile.ToBytes(SampleCodes.Uniform(1))))[0];
        var merged = Json(CliProcess.Run(["info", "-", "--json"], _folder.Path, CodeFile.ToBytes(SampleCodes.Edited(1))))[0];
        var numbers = Json(CliProcess.Run(["info", "-", "--json"], _folder.Path, CodeFile.ToBytes(SampleCodes.WithNumbers(1, 2))))[0];
        var broken = CliProcess.Run(["info", "-"], _folder.Path, [1, 2, 3]);

        Assert.False(derived.GetProperty("edited").GetBoolean());
        Assert.True(merged.GetProperty("edited").GetBoolean());
        Assert.False(numbers.TryGetProperty("edited", out _));
        Assert.Equal(128, numbers.GetProperty("events").GetInt32());
        Assert.Equal((1, "sparseaudio: error: stdin: not a usable code file: it ends too early; it may have been cut off.\n"), (
            broken.ExitCode, broken.Error));
    }

    [Fact]
    public void Recordings_are_compared_with_their_original()
    {
        WriteMusic("song.wav", seconds: 4);
        var song = AudioFile.Read(_folder.File("song.wav"));
        AudioFile.WriteWav(_folder.File("softer.wav"), new AudioClip(Array.ConvertAll(song.Samples, x => x * 0.5f), 22050));
        AudioFile.WriteWav(
            _folder.File("noisy.wav"), new AudioClip([.. song.Samples.Take(80000).Select((x, i) => x * 0.5f + 0.1f * MathF.Sin(i * i))], 22050));

        var same = Run("compare", "song.wav", "song.wav", "--json");
        var softer = Run("compare", "song.wav", "softer.wav", "--json");
        var noisy = Run("compare", "song.wav", "noisy.wav", "--json");
        var table = Run("compare", "song.wav", "softer.wav");

        Assert.Equal(0, Convergence(same), 1e-6);
        Assert.Equal(0.5, Convergence(softer), 0.01);
        Assert.True(Convergence(noisy) > 0.52);
        Assert.Contains("what only one of them has is left out", noisy.Error);
        Assert.Contains("softer.wav", table.Output);
    }

    [Fact]
    public void One_bad_file_does_not_keep_a_folder_from_being_done()
    {
        WriteMusic("in/a.wav", seconds: 2);
        _folder.Write("in/b.wav", [.. "RIFFxxxxWAVEnonsense"u8]);
        WriteMusic("in/c.wav", seconds: 2);

        var encoded = CliProcess.Run(["encode", "in", "codes", .. _model], _folder.Path);
        _folder.Write("codes/b.sparse", [1, 2, 3]);
        var decoded = CliProcess.Run(["decode", "codes", "out", .. _model], _folder.Path);

        Assert.Equal((1, 1), (encoded.ExitCode, decoded.ExitCode));
        Assert.Contains("error: 'in/b.wav'", encoded.Error);
        Assert.EndsWith("error: 1 of 3 files could not be done; the others were\n", encoded.Error);
        Assert.Contains("error: codes/b.sparse: not a usable code file", decoded.Error);
        Assert.Equal(["a.wav", "c.wav"], Directory.GetFiles(_folder.File("out"), "*.wav").Select(Path.GetFileName).Order());
    }

    [Fact]
    public void What_the_mp3_decoder_prints_of_its_own_does_not_reach_stderr()
    {
        var mp3 = File.ReadAllBytes(Repository.Path("tests", "SparseAudio.Tests", "Audio", "fixtures", "violin.mp3"));
        Random.Shared.NextBytes(mp3.AsSpan(mp3.Length / 3, 3000));
        _folder.Write("hurt.mp3", mp3);

        var result = Run(["encode", "hurt.mp3", "hurt.sparse", .. _model]);

        Assert.DoesNotContain("mpg123", result.Error);
        Assert.All(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^(hurt|sparseaudio: error)", line));
    }

    [Fact]
    public void Generated_sound_is_the_same_for_the_same_seed()
    {
        Run(["generate", "a.wav", "--seed", "3", .. _model]);
        Run(["generate", "b.wav", "--seed", "3", .. _model]);
        Run(["generate", "c.wav", "--seed", "4", .. _model]);

        Assert.Equal(File.ReadAllBytes(_folder.File("a.wav")), File.ReadAllBytes(_folder.File("b.wav")));
        Assert.NotEqual(File.ReadAllBytes(_folder.File("a.wav")), File.ReadAllBytes(_folder.File("c.wav")));
        Assert.InRange(AudioFile.Read(_folder.File("a.wav")).Samples.Max(Math.Abs), 0.85f, 0.95f);
    }

    [Fact]
    public void Generated_sound_of_many_segments_has_the_peak_of_a_short_one()
    {
        Run(["generate", "long.wav", "--seconds", "5", "--events", "4", .. _model]);

        var sound = AudioFile.Read(_folder.File("long.wav"));
        Assert.Equal(5, sound.DurationSeconds, 0.01);
        Assert.InRange(sound.Samples.Max(Math.Abs), 0.899f, 0.901f);
        Assert.True(Energy(sound, 0, 2.5) > 0 && Energy(sound, 2.5, 5) > 0);
    }

    [Theory]
    [InlineData("missing.sparse: there is no such file", "info", "missing.sparse")]
    [InlineData("broken.sparse: not a usable code file: it does not begin like one", "info", "broken.sparse")]
    [InlineData("empty.sparse: not a usable code file: it ends too early", "decode", "empty.sparse", "--preset", "workbook")]
    [InlineData("The code was made by the model test-model", "decode", "alien.sparse", "--preset", "workbook")]
    [InlineData("'text.wav'", "encode", "text.wav", "--preset", "workbook")]
    [InlineData("void: has no files of the kinds", "encode", "void", "out", "--preset", "workbook")]
    [InlineData("missing.wav: there is no such file or folder", "encode", "missing.wav")]
    [InlineData("there is none named 'nonsense'", "encode", "text.wav", "--preset", "nonsense")]
    [InlineData("missing.safetensors: there is no such checkpoint", "encode", "text.wav", "--model", "missing.safetensors")]
    [InlineData("say what to change", "edit", "alien.sparse", "out.sparse")]
    [InlineData("cannot be read: events cannot be selected by \"loud\"", "edit", "alien.sparse", "out.sparse", "--keep", "loud:3")]
    [InlineData("before the recording begins", "edit", "alien.sparse", "out.sparse", "--move", "-100")]
    [InlineData("song.wav: this command writes files of the kind .sparse or .json", "edit", "alien.sparse", "song.wav", "--gain", "3", "--force")]
    [InlineData("code.txt: this command writes files of the kind .sparse or .json", "encode", "text.wav", "code.txt", "--preset", "workbook")]
    [InlineData("sound.mp3: this command writes files of the kind .wav", "decode", "alien.sparse", "sound.mp3", "--preset", "workbook")]
    [InlineData("notes.txt: this command writes files of the kind .sparse or .json or .mid", "convert", "alien.sparse", "notes.txt")]
    [InlineData("sound.flac: this command writes files of the kind .wav or .sparse or .json", "generate", "sound.flac", "--preset", "workbook")]
    [InlineData("text.wav: is not of a kind that this command reads: .sparse", "decode", "text.wav", "--preset", "workbook")]
    [InlineData("--at says where a merged code begins", "edit", "alien.sparse", "out.sparse", "--gain", "3", "--at", "1")]
    [InlineData("--where says which events", "edit", "alien.sparse", "out.sparse", "--strongest", "3", "--where", "time:0..1")]
    [InlineData("missing.wav: there is no such file", "compare", "missing.wav", "text.wav")]
    [InlineData("--quality 99 is not possible", "edit", "alien.sparse", "out.sparse", "--gain", "3", "--quality", "99")]
    public void Mistakes_are_one_line_and_leave_nothing_behind(string says, params string[] arguments)
    {
        File.WriteAllText(_folder.File("broken.sparse"), "this is no code file at all");
        File.WriteAllText(_folder.File("text.wav"), "this is no recording at all");
        File.WriteAllText(_folder.File("empty.sparse"), "");
        Directory.CreateDirectory(_folder.File("void"));
        CodeFile.Write(_folder.File("alien.sparse"), SampleCodes.Uniform(1));
        File.WriteAllText(_folder.File("code.json"), CodeJson.Write(SampleCodes.Uniform(1)));
        var before = Directory.GetFileSystemEntries(_folder.Path).Order();

        var result = CliProcess.Run(arguments, _folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("sparseaudio: error: ", result.Error);
        Assert.Contains(says, result.Error);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Path).Order());
    }

    [Theory]
    [InlineData("encode")]
    [InlineData("decode", "a.sparse", "b.wav", "c.wav")]
    [InlineData("edit", "a.sparse", "b.sparse", "--gain", "loud")]
    public void A_command_line_that_is_not_understood_is_told_apart(params string[] arguments)
    {
        var result = CliProcess.Run(arguments, _folder.Path);

        Assert.Equal(2, result.ExitCode);
        Assert.DoesNotContain("System.", result.Error);
        Assert.Contains($"try: sparseaudio {arguments[0]} --help", result.Error);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void Interrupting_leaves_no_half_file(string signal, int exitCode)
    {
        WriteMusic("long.wav", seconds: 240);
        using var process = CliProcess.Start(["encode", "long.wav", .. _model], _folder.Path);
        var first = process.StandardError.ReadLine();

        System.Diagnostics.Process.Start("kill", [$"-{signal}", process.Id.ToString()])!.WaitForExit();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Contains("%", first);
        Assert.Contains("sparseaudio: interrupted", error);
        Assert.Equal(exitCode, process.ExitCode);
        Assert.Equal([_folder.File("long.wav")], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("encode")]
    [InlineData("decode")]
    [InlineData("info")]
    [InlineData("events")]
    [InlineData("edit")]
    [InlineData("convert")]
    [InlineData("compare")]
    [InlineData("generate")]
    public void Every_command_has_help_with_examples(string command)
    {
        var result = CliProcess.Run(command, "--help");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Examples:\n  sparseaudio " + command, result.Output);
    }

    private CliProcess.Result Run(params string[] arguments)
    {
        var result = CliProcess.Run(arguments, _folder.Path);
        Assert.True(result.ExitCode == 0, $"sparseaudio {string.Join(' ', arguments)}: {result.Error}");
        return result;
    }

    private static double Convergence(CliProcess.Result comparison) =>
        Json(comparison)[0].GetProperty("values").GetProperty("sc").GetProperty("mean").GetDouble();

    private static JsonElement Json(CliProcess.Result result) => JsonDocument.Parse(result.Output).RootElement;

    private void WriteMusic(string name, double seconds)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var phrase = SmallModels.Music(22050);
        var samples = new float[(int)(seconds * 22050)];
        for (var i = 0; i < samples.Length; i++) samples[i] = phrase[i % phrase.Length] * 0.5f;
        AudioFile.WriteWav(path, new AudioClip(samples, 22050));
    }

    private static double Energy(AudioClip clip, double from, double to) =>
        clip.Samples[(int)(from * clip.SampleRate)..(int)(to * clip.SampleRate)].Sum(x => (double)x * x);
}
