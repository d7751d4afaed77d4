using SparseAudio.Data;
using SparseAudio.Data.Notes;
using Xunit;

namespace SparseAudio.Tests.Data;

public sealed class MusicNetLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Notes_are_read_with_times_in_seconds_and_programs_from_zero()
    {
        _folder.Write("train_labels/1727.csv", System.Text.Encoding.ASCII.GetBytes(TarBytes.Labels));

        var notes = NoteLabels.Read(MusicNetLabels.PathFor(_folder.File("train_data/1727.wav")));

        Assert.Equal([new NoteLabel(1, 2, 60, Program: 40)], notes);
    }

    [Theory]
    [InlineData("start_time,end_time\n1,2\n", "line 1")]
    [InlineData("start_time,end_time,instrument,note\n1,2,3,4\n\n1,2,3\n", "line 4")]
    [InlineData("start_time,end_time,instrument,note\n9,2,3,4\n", "line 2")]
    [InlineData("start_time,end_time,instrument,note\n1,2,3,128\n", "line 2")]
    [InlineData("start_time,end_time,instrument,note\n1,2,0,4\n", "line 2")]
    [InlineData("start_time,end_time,instrument,note\n-1,2,3,4\n", "line 2")]
    [InlineData("start_time,end_time,instrument,note\nx,2,3,4\n", "line 2")]
    public void Other_content_is_refused_with_the_line(string content, string place)
    {
        var path = _folder.Write("labels.csv", System.Text.Encoding.ASCII.GetBytes(content));

        var error = Assert.Throws<NoteFileException>(() => NoteLabels.Read(path));

        Assert.Contains(place, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Missing_labels_and_recordings_from_elsewhere_are_named()
    {
        Assert.Contains("gone.csv", Assert.Throws<NoteFileException>(() => NoteLabels.Read(_folder.File("gone.csv"))).Message);
        Assert.Contains("no labels", Assert.Throws<MusicNetException>(() => MusicNetLabels.PathFor(_folder.File("song.wav"))).Message);
    }

    public void Dispose() => _folder.Dispose();
}
