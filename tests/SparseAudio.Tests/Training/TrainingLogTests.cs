using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Training;

public sealed class TrainingLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_that_a_crash_cut_off_is_left_out_and_cut_away_on_opening()
    {
        var path = _folder.File("loss.jsonl");
        long length;
        using (var log = TrainingLog.Open(path, 0))
        {
            log.Append(Entry(1));
            length = log.Length;
            log.Append(Entry(2));
        }

        File.AppendAllText(path, """{"step":3,"lo""");

        Assert.Equal([1L, 2L], TrainingLog.Read(path).Select(entry => entry.Step));
        using (var log = TrainingLog.Open(path, length))
            log.Append(Entry(7));

        Assert.Equal([1L, 7L], TrainingLog.Read(path).Select(entry => entry.Step));
    }

    [Fact]
    public void Numbers_come_back_exactly_and_readers_do_not_disturb_the_writer()
    {
        var path = _folder.File("loss.jsonl");
        using var log = TrainingLog.Open(path, 0);
        var entry = new TrainingLogEntry(1, 0.1 + 0.2, new Dictionary<string, double> { ["part"] = 1.0 / 3 }, 1e-3, double.Epsilon, null, null);

        log.Append(entry);
        var read = Assert.Single(TrainingLog.Read(path));
        log.Append(Entry(2));

        Assert.Equal((entry.Loss, entry.GradientNorm, entry.Parts!["part"]), (read.Loss, read.GradientNorm, read.Parts!["part"]));
        Assert.Equal(2, TrainingLog.Read(path).Count);
    }

    [Fact]
    public void A_damaged_line_is_named()
    {
        var path = _folder.File("loss.jsonl");
        File.WriteAllText(path, "{\"step\":1,\"learningRate\":1}\nrubbish\n");

        Assert.Contains("line 2", Assert.Throws<TrainingException>(() => TrainingLog.Read(path)).Message, StringComparison.Ordinal);
    }

    private static TrainingLogEntry Entry(long step) => new(step, 1, null, 1e-3, 1);
}
