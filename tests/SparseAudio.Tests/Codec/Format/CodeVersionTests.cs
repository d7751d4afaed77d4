using SparseAudio.Codec;
using SparseAudio.Codec.Editing;
using SparseAudio.Codec.Format;
using Xunit;

namespace SparseAudio.Tests.Codec.Format;

/// <summary>The files in the folder <c>version1</c>, whose headers are plain JSON, stay readable.</summary>
public class CodeVersionTests
{
    private static SparseCode Inferred => SparseCode.FromEvents(
        SampleCodes.Layout, "m", 50_000, [new(3, 7, 1.5f), new(3, 4000, 0.25f), new(130, 7, 2), new(190, 12, 0.5f)], e => 1 + e.Frame / 100);

    private static SparseCode Listed => Inferred.Gain(EventQuery.Time(0, 1), -6).Merge(Inferred, 0.5);

    private static SparseCode Numbers => new(
        SampleCodes.Layout, "m", 50_000, Inferred.Events.Select(e => e with { Details = [e.Amplitude / 3, -0.125f] }),
        [new SoundContext([0.5f, -2, 3.25f], 0.75f), new SoundContext([1, 2, 4])]);

    [Fact]
    public void Lossless_files_of_version_1_stay_readable()
    {
        foreach (var (name, code) in new[] { ("inferred", Inferred), ("listed", Listed), ("numbers", Numbers) })
        {
            Assert.Equal(code, CodeFile.Read(PathOf(name)));
            Assert.True(CodeFile.ToBytes(code, CodePrecision.Lossless).Length < File.ReadAllBytes(PathOf(name)).Length);
        }
    }

    [Fact]
    public void Quantised_files_of_version_1_stay_readable()
    {
        var read = CodeFile.Read(PathOf("numbers-8-bits"));

        Assert.Equal(Numbers.Events.Select(e => (e.Frame, e.Channel, e.Context)), read.Events.Select(e => (e.Frame, e.Channel, e.Context)));
        Assert.All(Numbers.Events.Zip(read.Events), pair => Assert.Equal(pair.First.Amplitude, pair.Second.Amplitude, pair.First.Amplitude * 0.005f));
        Assert.All(Numbers.Contexts.Zip(read.Contexts), pair => Assert.Equal(pair.First.Level, pair.Second.Level, 1e-4f));
    }

    private static string PathOf(string name) => Repository.Path("tests", "SparseAudio.Tests", "Codec", "Format", "version1", name + ".sparse");
}
