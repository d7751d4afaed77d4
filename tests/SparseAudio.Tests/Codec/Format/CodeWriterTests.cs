using SparseAudio.Codec;
using SparseAudio.Codec.Editing;
using SparseAudio.Codec.Format;
using Xunit;

namespace SparseAudio.Tests.Codec.Format;

/// <summary>A code written part by part becomes the file that it becomes as a whole, byte for byte.</summary>
public sealed class CodeWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds { get; } = [.. Codes.Keys];

    private static Dictionary<string, SparseCode> Codes => new()
    {
        ["contexts of numbers"] = SampleCodes.WithNumbers(1, segments: 7),
        ["contexts of numbers, pure"] = SampleCodes.WithNumbers(2, segments: 3).WithoutDetails(),
        ["inferred contexts"] = SampleCodes.Uniform(3, segments: 20),
        ["inferred contexts, details"] = SampleCodes.Uniform(4, segments: 3, details: 5),
        ["inferred contexts that are alike"] = Alike(),
        ["contexts of events after the end"] = CutOff(),
        ["everything edits leave behind"] = SampleCodes.Edited(5),
        ["silence between"] = SampleCodes.WithNumbers(6, segments: 5).Mute(EventQuery.Time(2, 5)),
        ["one event"] = SampleCodes.Uniform(7).Strongest(1),
        ["no events"] = SparseCode.FromEvents(SampleCodes.Layout, "m", 100_000, []),
        ["no length"] = SparseCode.FromEvents(SampleCodes.Layout, "m", 0, []),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_bytes_are_those_of_the_whole_code(string kind)
    {
        var code = Codes[kind];
        CodePrecision[] precisions = [new CodePrecision(), new CodePrecision(4), CodePrecision.Lossless];

        Assert.All(precisions, precision =>
        {
            Write(code, precision, overwrite: true);
            Assert.Equal(CodeFile.ToBytes(code, precision), File.ReadAllBytes(_folder.File("a.sparse")));
        });
    }

    [Fact]
    public void Kinds_differ_in_whether_contexts_are_listed()
    {
        Assert.True(Codes["inferred contexts that are alike"].HasInferableContexts);
        Assert.False(Codes["contexts of events after the end"].HasInferableContexts);
        Assert.False(Codes["everything edits leave behind"].HasInferableContexts);
    }

    [Fact]
    public void Without_commit_nothing_is_left_behind_and_what_was_there_stays()
    {
        File.WriteAllText(_folder.File("a.sparse"), "before");
        using (var writer = new CodeWriter(_folder.File("a.sparse"), SampleCodes.Layout, "m", overwrite: true))
        {
            writer.Add(new SoundContext([], []), SampleCodes.Uniform(1).Events);
            Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
        }

        Assert.Equal([_folder.File("a.sparse")], Directory.GetFiles(_folder.Path));
        Assert.Equal("before", File.ReadAllText(_folder.File("a.sparse")));
    }

    [Fact]
    public void After_commit_there_is_the_file_alone()
    {
        Write(SampleCodes.Uniform(1));

        Assert.Equal([_folder.File("a.sparse")], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_file_is_not_overwritten_unless_that_is_allowed()
    {
        Write(SampleCodes.Uniform(1));
        var before = File.ReadAllBytes(_folder.File("a.sparse"));

        Assert.Contains("exists", Assert.Throws<IOException>(() => Write(SampleCodes.Uniform(2))).Message);
        Assert.Equal(before, File.ReadAllBytes(_folder.File("a.sparse")));
    }

    [Fact]
    public void A_file_that_appears_meanwhile_is_not_overwritten_either()
    {
        using var writer = new CodeWriter(_folder.File("a.sparse"), SampleCodes.Layout, "m");
        File.WriteAllText(_folder.File("a.sparse"), "meanwhile");

        Assert.Throws<IOException>(() => writer.Commit(1000));
        Assert.Equal("meanwhile", File.ReadAllText(_folder.File("a.sparse")));
    }

    [Theory]
    [InlineData(5, 7, 1f, "comes after one at frame 6")]
    [InlineData(6, 6, 1f, "comes after one at frame 6, channel 7")]
    [InlineData(9, 4096, 1f, "channel 4096")]
    [InlineData(9, 1, float.PositiveInfinity, "not a finite number")]
    [InlineData(200, 1, 1f, "frames 0 to 99")]
    public void Events_that_do_not_fit_are_refused_by_name(int frame, int channel, float amplitude, string names)
    {
        using var writer = new CodeWriter(_folder.File("a.sparse"), SampleCodes.Layout, "m");
        var context = new SoundContext([], []);
        writer.Add(context, [new SoundEvent(6, 7, 1)]);

        var exception = Assert.ThrowsAny<ArgumentException>(() =>
        {
            writer.Add(context, [new SoundEvent(frame, channel, amplitude)]);
            writer.Commit(100 * 256);
        });

        Assert.Contains(names, exception.Message);
        Assert.False(File.Exists(_folder.File("a.sparse")));
    }

    [Fact]
    public void A_precision_that_is_not_possible_is_refused_before_any_work()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CodeWriter(_folder.File("a.sparse"), SampleCodes.Layout, "m", new CodePrecision(17)));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    // All segments the same, so that their contexts are one.
    private static SparseCode Alike() =>
        SparseCode.FromEvents(SampleCodes.Layout, "m", 256 * 512, Enumerable.Range(0, 512).Select(i => new SoundEvent(i, 7, 0.5f)));

    // As an encoder leaves the last segment of a recording: some of the events that made its context lie after the end.
    private static SparseCode CutOff()
    {
        var code = SampleCodes.Uniform(8, segments: 3);
        return code.With(code.Events.Where(e => e.Frame < 300), 300 * 256);
    }

    // Runs of events in one context, each in no particular order, naming no context.
    private void Write(SparseCode code, CodePrecision? precision = null, bool overwrite = false)
    {
        using var writer = new CodeWriter(_folder.File("a.sparse"), code.Layout, code.Model, precision, overwrite);
        for (int start = 0, end; start < code.Events.Length; start = end)
        {
            var context = code.Events[start].Context;
            for (end = start; end < code.Events.Length && code.Events[end].Context == context;) end++;
            var events = code.Events[start..end].Select(e => e with { Context = 0 }).OrderByDescending(e => e.Amplitude).ToList();
            writer.Add(code.Contexts[context], HasDoubledCells(events) ? code.Events[start..end] : events);
        }

        writer.Commit(code.Length);
        Assert.Equal(code.Events.Length, writer.EventCount);
    }

    // Where two events share a cell, the order given is theirs.
    private static bool HasDoubledCells(List<SoundEvent> events) => events.DistinctBy(e => (e.Frame, e.Channel)).Count() < events.Count;
}
