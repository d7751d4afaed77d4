using System.Text;
using System.Text.Json;
using SparseAudio.Data.Notes;
using Xunit;

namespace SparseAudio.Tests.Cli;

public sealed class CompareNotesTests : IDisposable
{
    private static readonly NoteLabel[] _truth = [new(0.5, 1, 60), new(1, 2, 64), new(1.5, 2, 67), new(2, 3, 72)];
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Notes_of_labels_and_midi_files_are_compared_in_one_line()
    {
        var truth = _folder.Write("truth.csv", Encoding.UTF8.GetBytes(NoteLabels.Text(_truth)));
        var found = _folder.Write("found.mid", MidiWriter.ToBytes([.. _truth[..2], _truth[2] with { OnsetSeconds = 1.575 }]));

        var result = CliProcess.Run("compare", truth, found);
        var coarse = CliProcess.Run("compare", truth, found, "--onset-tolerance", "100", "--json");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("| found.mid | 4 | 3 | 0.667 | 0.500 | 0.571 |", result.Output);
        using var json = JsonDocument.Parse(coarse.Output);
        Assert.Equal(0.75, json.RootElement[0].GetProperty("onsets").GetProperty("recall").GetDouble());
    }

    [Fact]
    public void A_models_notes_are_measured_against_the_labels_beside_the_recordings()
    {
        CliProcess.Run("data", "make", "--hours", "0.005", "--seed", "4", "--soundfont", "none", "--out", _folder.Path);

        var result = CliProcess.Run("evaluate", "--data", _folder.Path, "--notes", "--json", "--quiet", "--device", "cpu");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var json = JsonDocument.Parse(result.Output);
        var piece = json.RootElement[0];
        Assert.Equal("00000", piece.GetProperty("name").GetString());
        Assert.Equal(NoteLabels.Read(_folder.File("00000.csv")).Count, piece.GetProperty("notes").GetInt32());
        // Events are notes, so that most are found, and few besides.
        Assert.InRange(piece.GetProperty("onsets").GetProperty("f1").GetDouble(), 0.5, 1);
        Assert.InRange(piece.GetProperty("eventsPerNote").GetDouble(), 0.5, 1.5);
    }

    [Fact]
    public void Recordings_without_labels_are_one_line()
    {
        var result = CliProcess.Run("evaluate", "--data", _folder.Path, "--notes", "--device", "cpu");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no recording has notes beside it", Assert.Single(result.Error.Trim().Split('\n')));
    }

    [Theory]
    [InlineData("truth.csv", "sound.wav", "compare two recordings, or two files of notes")]
    [InlineData("truth.csv", "broken.mid", "broken.mid: not a MIDI file")]
    [InlineData("truth.csv", "gone.mid", "gone.mid: there is no such file")]
    public void What_cannot_be_compared_is_one_line(string first, string second, string reason)
    {
        _folder.Write("truth.csv", Encoding.UTF8.GetBytes(NoteLabels.Text(_truth)));
        _folder.Write("broken.mid", [1, 2, 3]);

        var result = CliProcess.Run("compare", _folder.File(first), _folder.File(second));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(reason, Assert.Single(result.Error.Trim().Split('\n')));
    }

    public void Dispose() => _folder.Dispose();
}
