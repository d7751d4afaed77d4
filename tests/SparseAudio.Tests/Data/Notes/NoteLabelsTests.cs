using System.Text;
using SparseAudio.Data.Notes;
using Xunit;

namespace SparseAudio.Tests.Data.Notes;

public sealed class NoteLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void What_is_written_is_read_again()
    {
        NoteLabel[] notes = [new(0.5, 1.25, 60, 0, 100), new(1.2346, 1.5, 69.1534, 40, 1), new(0, 0.0001, 127, 127, 127)];

        Assert.Equal(notes, Read(NoteLabels.Text(notes, "a comment, with a comma")));
        Assert.StartsWith("# a comment, with a comma\nonset_s,offset_s,pitch,program,velocity\n0.5000,1.2500,60,0,100\n", NoteLabels.Text(notes, "a comment, with a comma"));
    }

    [Theory]
    [InlineData("onset_s,offset_s,midi_pitch\n0.336,0.496,71\n")]
    [InlineData("0.336,0.496,71\n")]
    [InlineData("0.336,0.496,71,0,80\r\n\r\n")]
    [InlineData("pitch,offset_s,onset_s\n71,0.496,0.336\n")]
    public void Labels_in_seconds_may_have_names_or_not_and_any_order(string text) =>
        Assert.Equal([new NoteLabel(0.336, 0.496, 71)], Read(text));

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("onset,offset\n1,2\n", "line 1")]
    [InlineData("1,2\n", "line 1")]
    [InlineData("1,2,60\n1,2\n", "line 2")]
    [InlineData("1,2,60\n2,1,60\n", "line 2")]
    [InlineData("1,2,60\n1,NaN,60\n", "line 2")]
    [InlineData("1,2,60\n-1,2,60\n", "line 2")]
    [InlineData("1,2,60\n1,2,-60\n", "line 2")]
    [InlineData("1,2,60,0,80\n1,2,60,128,80\n", "line 2")]
    [InlineData("1,2,60,0,80\n1,2,60,0,0\n", "line 2")]
    public void Other_content_is_refused_with_the_line(string text, string place)
    {
        var error = Assert.Throws<NoteFileException>(() => Read(text));

        Assert.Contains(place, error.Message);
        Assert.Contains("labels.csv", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void The_ending_decides_between_labels_and_midi()
    {
        var midi = _folder.Write("song.MID", MidiWriter.ToBytes([new NoteLabel(0.5, 1, 60)]));

        Assert.Equal([new NoteLabel(0.5, 1, 60)], NoteLabels.Read(midi));
        Assert.True(NoteLabels.IsNoteFile("a.mid") && NoteLabels.IsNoteFile("a.csv") && NoteLabels.IsNoteFile("a.midi") && !NoteLabels.IsNoteFile("a.wav"));
    }

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<NoteLabel> Read(string text) => NoteLabels.Read(_folder.Write("labels.csv", Encoding.UTF8.GetBytes(text)));
}
