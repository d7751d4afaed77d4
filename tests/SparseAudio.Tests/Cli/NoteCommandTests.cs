using System.Text.Json;
using SparseAudio.Audio;
using SparseAudio.Codec.Format;
using SparseAudio.Data.Notes;
using SparseAudio.Evaluation.Notes;
using Xunit;

namespace SparseAudio.Tests.Cli;

/// <summary>The commands for whole notes, run as a person runs them, with the shipped model.</summary>
public sealed class NoteCommandTests : IDisposable
{
    private static readonly string[] _model = ["--model", Repository.Path("data", "workbook.safetensors"), "--device", "cpu"];
    private readonly TemporaryFolder _folder = new();
    private readonly NoteLabel[] _truth;

    public NoteCommandTests()
    {
        var name = Repository.Path("data", "test", "bach-violin-sonata-2-allegro-violin-minji-kim");
        var clip = AudioFile.Read(name + ".flac").Slice(0, 6 * 22050);
        AudioFile.WriteWav(_folder.File("violin.wav"), clip);
        _truth = [.. NoteLabels.Read(name + ".csv").Where(note => note.OnsetSeconds < 5.9)];
        Run(["encode", "violin.wav", .. _model]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Notes_are_listed_kept_and_moved_whole()
    {
        var all = Json(Run(["events", "violin.sparse", "--notes", "--json", .. _model])).EnumerateArray().ToList();
        var low = Json(Run(["events", "violin.sparse", "--notes", "--where", "note:..A4", "--json", .. _model])).EnumerateArray().ToList();
        Run(["edit", "violin.sparse", "low.sparse", "--keep", "note:..A4", .. _model]);
        Run(["edit", "low.sparse", "later.sparse", "--where", "note:..A4", "--move", "0.5", .. _model]);
        var table = Run(["events", "violin.sparse", "--notes", "--strongest", "5", .. _model]).Output;

        Assert.InRange(all.Count, 0.8 * _truth.Length, 1.25 * _truth.Length);
        Assert.InRange(low.Count, 1, all.Count - 1);
        Assert.All(low, note => Assert.InRange(note.GetProperty("hz").GetDouble(), 20, 453));
        var (kept, later) = (CodeFile.Read(_folder.File("low.sparse")), CodeFile.Read(_folder.File("later.sparse")));
        Assert.Equal(low.Sum(note => note.GetProperty("events").GetArrayLength()), kept.Events.Length);
        Assert.Equal(kept.Events.Select(e => (e.Frame + 43, e.Channel)), later.Events.Select(e => (e.Frame, e.Channel)));
        Assert.Equal(2 + 5, table.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void A_code_becomes_the_score_and_a_score_becomes_sound()
    {
        Run(["convert", "violin.sparse", "found.mid", .. _model]);
        Run(["generate", "played.wav", "--midi", "found.mid", "--like", "violin.wav", .. _model]);
        Run(["transcribe", "played.wav", "again.mid", "--device", "cpu"]);

        var found = NoteLabels.Read(_folder.File("found.mid"));
        var coarse = NoteTolerance.WithOffsets with { OnsetSeconds = 0.1 };
        Assert.InRange(NoteMeasures.Of(_truth, found, coarse).Onsets.F1, 0.8, 1);
        Assert.InRange(NoteMeasures.Of(found, NoteLabels.Read(_folder.File("again.mid")), NoteTolerance.WithOffsets).Onsets.F1, 0.8, 1);
    }

    [Theory]
    [InlineData("--midi needs timbres", "generate", "x.wav", "--midi", "found.mid")]
    [InlineData("nowhere.mid", "generate", "x.wav", "--midi", "nowhere.mid", "--like", "violin.sparse")]
    public void What_is_missing_is_said_in_one_line(string says, params string[] arguments)
    {
        var result = CliProcess.Run([.. arguments, .. _model], _folder.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("sparseaudio: error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("x.wav")));
    }

    private CliProcess.Result Run(string[] arguments)
    {
        var result = CliProcess.Run(arguments, _folder.Path);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    private static JsonElement Json(CliProcess.Result result)
    {
        using var document = JsonDocument.Parse(result.Output);
        return document.RootElement.Clone();
    }
}
