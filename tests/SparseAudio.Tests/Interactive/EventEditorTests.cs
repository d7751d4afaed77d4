using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Editing;
using SparseAudio.Codec.Format;
using SparseAudio.Interactive.Editor;
using SparseAudio.Models.Workbook;
using SparseAudio.Tests.Cli;
using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Interactive;

/// <summary>The editor in a real browser: a walk with mouse and keys, and the sound of the page beside that of the library.</summary>
[Collection("torch")]
public sealed class EventEditorTests(EventEditorWalk walk) : IClassFixture<EventEditorWalk>
{
    [Theory]
    [InlineData("prelude", "unedited", 50)]
    [InlineData("prelude", "octave-up", 40)]
    [InlineData("prelude", "note-moved", 40)]
    [InlineData("prelude", "note-dragged", 40)]
    [InlineData("prelude", "note-softer", 40)]
    [InlineData("prelude", "note-muted", 40)]
    [InlineData("prelude", "note-duplicated", 40)]
    [InlineData("prelude", "copy-deleted", 40)]
    [InlineData("prelude", "undone", 50)]
    [InlineData("prelude", "redone", 40)]
    [InlineData("prelude", "voice-octave-up", 40)]
    [InlineData("random", "unedited", 50)]
    [InlineData("random", "octave-up", 40)]
    [InlineData("random", "note-dragged", 40)]
    [InlineData("segment", "unedited", 50)]
    [InlineData("segment", "note-moved", 40)]
    public void The_page_sounds_like_the_library(string code, string step, double leastDecibels)
    {
        var page = walk.Sound(code, step);
        var library = walk.Decoder.Decode(walk.Code(code, step)).Samples;

        Assert.Equal(library.Length, page.Length);
        Assert.True(page.Max(Math.Abs) > 0.001, "The page is silent.");
        Assert.True(Snr(library, page) >= leastDecibels, $"{code}, {step}: {Snr(library, page):F1} dB");
    }

    [Fact]
    public void A_transposition_is_that_of_the_library()
    {
        var expected = walk.Original("prelude").Transpose(EventQuery.All, 12, walk.Pitches).Code;
        var actual = walk.Code("prelude", "octave-up");

        Assert.Equal(expected.Events.Select(e => (e.Frame, e.Channel)), actual.Events.Select(e => (e.Frame, e.Channel)));
        Assert.True(Snr(walk.Decoder.Decode(expected).Samples, walk.Sound("prelude", "octave-up")) > 40);
    }

    [Fact]
    public void Edits_do_what_they_say()
    {
        var (original, moved) = (walk.Original("prelude"), walk.Code("prelude", "note-moved"));
        var (dragged, softer) = (walk.Code("prelude", "note-dragged"), walk.Code("prelude", "note-softer"));
        var muted = walk.Code("prelude", "note-muted");

        var from = original.Events.Except(moved.Events, Placed.Same).ToArray();
        var to = moved.Events.Except(original.Events, Placed.Same).ToArray();
        Assert.NotEmpty(from);
        Assert.Equal(from.Select(e => e.Frame + 9), to.Select(e => e.Frame));
        Assert.All(from.Zip(to), pair => Assert.Equal(200, Pitch.Cents(Hz(pair.Second), Hz(pair.First)), 0.2));
        Assert.Equal(moved.Events.Length, dragged.Events.Length);
        Assert.NotEqual(moved, dragged);
        var lowered = softer.Events.Where(e => e.Gain != 1).ToArray();
        Assert.All(lowered, e => Assert.Equal(-3, 20 * Math.Log10(e.Gain), 0.01));
        Assert.Equal(lowered.Length, softer.Events.Length - muted.Events.Length);
        Assert.Equal(softer.Events.Length + lowered.Length, walk.Code("prelude", "note-duplicated").Events.Length);
        Assert.Equal(softer, walk.Code("prelude", "copy-deleted"));

        double Hz(SoundEvent item) => walk.Pitches.Of(item)!.Value;
    }

    [Theory]
    [InlineData("prelude")]
    [InlineData("random")]
    [InlineData("segment")]
    public void What_is_exported_unedited_or_undone_is_the_code_itself(string code)
    {
        Assert.Equal(walk.Original(code), walk.Code(code, "unedited"));
        Assert.Equal(walk.Original(code), walk.Code(code, "undone"));
        Assert.Equal(walk.Code(code, "copy-deleted"), walk.Code(code, "redone"));
    }

    [Fact]
    public void A_voice_alone_an_octave_higher_is_saved_and_decoded_by_the_command_line()
    {
        using var folder = new TemporaryFolder();
        var saved = walk.File("prelude", "saved.json");
        var voice = walk.Code("prelude", "voice-octave-up");
        Assert.InRange(voice.Events.Length, 5, walk.Original("prelude").Events.Length / 2);

        var result = CliProcess.Run(
            "decode", saved, folder.File("voice.wav"), "--model", Repository.Path("data", "workbook.safetensors"), "--device", "cpu");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(File.ReadAllText(walk.File("prelude", "voice-octave-up.json")), File.ReadAllText(saved));
        Assert.True(Snr(AudioFile.Read(folder.File("voice.wav")).Samples, AudioFile.Read(walk.File("prelude", "saved.wav")).Samples) > 40);
        var notes = CliProcess.Run("info", saved, "--json");
        Assert.Equal(0, notes.ExitCode);
        var midi = new NAudio.Midi.MidiFile(walk.File("prelude", "saved.mid"), strictChecking: true);
        Assert.InRange(midi.Events[0].Count(e => NAudio.Midi.MidiEvent.IsNoteOn(e)), 3, voice.Events.Length);
    }

    [Fact]
    public void A_page_is_one_small_file()
    {
        var (page, small) = (Bytes("prelude"), Bytes("segment"));
        var perSecond = (page - small) / (walk.Original("prelude").DurationSeconds - walk.Original("segment").DurationSeconds);

        Assert.InRange(small + 60 * perSecond, 1_000_000, 6_000_000);
        Assert.DoesNotMatch(new Regex("""(src|href)="(?!data:)"""), File.ReadAllText(walk.File("prelude", "page.html")));

        double Bytes(string code) => new FileInfo(walk.File(code, "page.html")).Length;
    }

    [Fact]
    public void The_editors_parts_pass_their_own_tests()
    {
        var (code, output) = EventEditorWalk.Run("npm", "test", "--silent");

        Assert.True(code == 0, output);
        Assert.Matches(new Regex("^# pass [1-9]", RegexOptions.Multiline), output);
    }

    [Fact]
    public void A_code_that_is_too_long_or_of_another_model_is_refused()
    {
        var code = walk.Original("segment");
        var end = code.Length + 121L * code.Layout.SampleRate;

        Assert.Contains("120 s", Assert.Throws<ArgumentException>(() => new EventEditor(code.With(code.Events, end), walk.Model, "long")).Message);
        var other = new SparseCode(code.Layout, "another", code.Length, code.Events, code.Contexts);
        Assert.Throws<ModelMismatchException>(() => new EventEditor(other, walk.Model, "other"));
    }

    [Fact]
    public void A_page_of_events_that_are_no_notes_is_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        CodeFile.Write(folder.File("code.sparse"), walk.Original("segment"), CodePrecision.Lossless);

        var result = CliProcess.Run(["page", "code.sparse", "--preset", "published", "--device", "cpu"], folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            "sparseaudio: error: code.sparse: a page shows notes, and the events of the model 'published' are none\n", result.Error);
        Assert.False(File.Exists(folder.File("code.html")));
    }

    [Fact]
    public void Handed_over_by_a_page_a_code_is_read_in_the_kernel()
    {
        EditedCode.Receive(CodeJson.Write(walk.Original("segment")));

        Assert.Equal(walk.Original("segment"), EditedCode.Last);
    }

    private static double Snr(float[] expected, float[] actual)
    {
        var (signal, error) = (0.0, 0.0);
        for (var i = 0; i < Math.Min(expected.Length, actual.Length); i++)
        {
            signal += expected[i] * (double)expected[i];
            error += Math.Pow(expected[i] - actual[i], 2);
        }

        return 10 * Math.Log10(signal / error);
    }

    // Contexts are numbered anew in every code.
    private sealed class Placed : IEqualityComparer<SoundEvent>
    {
        public static Placed Same { get; } = new();

        public bool Equals(SoundEvent? x, SoundEvent? y) => (x?.Frame, x?.Channel, x?.Gain) == (y?.Frame, y?.Channel, y?.Gain);

        public int GetHashCode(SoundEvent item) => HashCode.Combine(item.Frame, item.Channel, item.Gain);
    }
}

/// <summary>One walk through the editor for all tests: pages of a recording's code, of a random one, and of one segment.</summary>
public sealed class EventEditorWalk : IDisposable
{
    private const double Seconds = 8;
    private static readonly string _editor = Repository.Path("lib", "SparseAudio.Interactive", "Editor");
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, SparseCode> _codes;

    public EventEditorWalk()
    {
        Model = (WorkbookModel)ModelFile.Load(Repository.Path("data", "workbook.safetensors"));
        Decoder = new CodeDecoder(Model);
        var recording = AudioFile.Read(Repository.Path("data", "test", "bach-wtc1-prelude-5-d-major-piano-ishizaka.flac"));
        var prelude = new CodeEncoder(Model).Encode(new AudioClip(recording.Samples[..(int)(Seconds * recording.SampleRate)], recording.SampleRate));
        var random = CodeGenerator.Uniform(prelude.Layout, Decoder.Fingerprint, 3, seed: 5);
        var segment = prelude.With(
            prelude.Events.Where(e => e.Frame < prelude.Layout.SegmentFrames), prelude.Layout.SegmentSamples);
        _codes = new() { ["prelude"] = prelude, ["random"] = random, ["segment"] = segment };
        Pitches = new EventDescriber(Model).PitchesOf(prelude);
        foreach (var (name, code) in _codes)
        {
            Directory.CreateDirectory(_folder.File(name));
            System.IO.File.WriteAllText(File(name, "page.html"), new EventEditor(code, Model, name).ToPage());
            // Some front ends forbid workers, at once or when they would run: then the page itself makes the sound.
            var workers = name switch { "segment" => "no-worker", "random" => "broken-worker", _ => "" };
            var (exit, output) = Run("node", "test/walk.mjs", File(name, "page.html"), _folder.File(name), workers);
            Assert.True(exit == 0, $"{name}: {output}");
        }
    }

    public WorkbookModel Model { get; }

    public CodeDecoder Decoder { get; }

    public ChannelPitches Pitches { get; }

    public SparseCode Original(string name) => _codes[name];

    public string File(string name, string file) => Path.Combine(_folder.File(name), file);

    public SparseCode Code(string name, string step) =>
        CodeJson.Read(System.IO.File.ReadAllText(File(name, step + ".json")), step);

    public float[] Sound(string name, string step) =>
        MemoryMarshal.Cast<byte, float>(System.IO.File.ReadAllBytes(File(name, step + ".f32"))).ToArray();

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }

    internal static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _editor,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }
}
