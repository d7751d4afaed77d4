using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using Xunit;

namespace SparseAudio.Tests.Codec.Format;

public sealed class CodeReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<int> Seeds { get; } = [1, 2, 3];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Reading_one_by_one_gives_the_events_and_contexts_of_the_whole(int seed)
    {
        SparseCode[] codes =
        [
            SampleCodes.Uniform(seed, segments: 9, details: 2), SampleCodes.WithNumbers(seed, segments: 6), SampleCodes.Edited(seed),
            SparseCode.FromEvents(SampleCodes.Layout, "m", 100_000, []),
        ];

        Assert.All(codes, code =>
        {
            CodeFile.Write(_folder.File("a.sparse"), code, overwrite: true);
            var whole = CodeFile.Read(_folder.File("a.sparse"));
            using var reader = new CodeReader(_folder.File("a.sparse"));

            Assert.Equal(whole.EventsInContext(), reader.EventsInContext());
            Assert.Equal(
                (whole.Layout, whole.Model, whole.Length, whole.Events.Length, whole.DurationSeconds),
                (reader.Layout, reader.Model, reader.Length, reader.EventCount, reader.DurationSeconds));
        });
    }

    [Fact]
    public void Two_that_read_at_once_do_not_disturb_each_other()
    {
        var code = SampleCodes.WithNumbers(1, segments: 300);
        CodeFile.Write(_folder.File("a.sparse"), code, CodePrecision.Lossless);
        using var reader = new CodeReader(_folder.File("a.sparse"));

        foreach (var (one, other) in reader.EventsInContext().Zip(reader.EventsInContext().Skip(5000)))
            Assert.True(other.Event.Frame > one.Event.Frame);
        Assert.Equal(code, reader.ToCode());
    }

    [Fact]
    public void A_stream_that_cannot_go_back_is_read_too()
    {
        var code = SampleCodes.Edited(1);
        using var reader = new CodeReader(new ForwardStream(CodeFile.ToBytes(code, CodePrecision.Lossless)), "pipe");

        Assert.Equal(code, reader.ToCode());
        Assert.Equal(code, reader.ToCode());
    }

    [Fact]
    public void A_file_that_is_cut_off_after_it_was_opened_is_noticed()
    {
        CodeFile.Write(_folder.File("a.sparse"), SampleCodes.WithNumbers(1, segments: 300));
        var bytes = File.ReadAllBytes(_folder.File("a.sparse"));
        using var stream = new MemoryStream();
        stream.Write(bytes);
        stream.Position = 0;
        using var reader = new CodeReader(stream, "a.sparse", leaveOpen: true);
        stream.SetLength(bytes.Length / 2);

        Assert.Contains(
            "a.sparse: not a usable code file: it ends too early", Assert.Throws<CodeFileException>(() => reader.EventsInContext().Count()).Message);
    }

    [Fact]
    public void A_damaged_file_is_refused_when_it_is_opened_and_let_go()
    {
        var bytes = CodeFile.ToBytes(SampleCodes.Uniform(1));
        bytes[^20]++;
        File.WriteAllBytes(_folder.File("a.sparse"), bytes);

        Assert.Contains("checksum", Assert.Throws<CodeFileException>(() => new CodeReader(_folder.File("a.sparse"))).Message);
        using var alone = new FileStream(_folder.File("a.sparse"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }
}
