using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using SparseAudio.Models.Presets;
using SparseAudio.Training;
using Xunit;
using static SparseAudio.Tests.Models.Workbook.SmallWorkbook;

namespace SparseAudio.Tests.Cli;

[Collection("torch")]
public sealed class EncodeOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EncodeOptionsTests()
    {
        using var model = ModelPreset.Build(Small);
        ModelFile.Save(model, _folder.File("small.safetensors"));
        var samples = Enumerable.Range(0, 9000).Select(n => 0.5f * (float)Math.Sin(n * 0.1)).ToArray();
        AudioFile.WriteWav(_folder.File("tone.wav"), new AudioClip(samples, 22050));
    }

    [Fact]
    public void RefinedEventsAreTheSameWithOtherDetails()
    {
        var plain = Encode("plain.sparse", "--refine", "0");
        var refined = Encode("refined.sparse", "--refine", "3");

        Assert.Equal(plain.Events.Select(e => (e.Frame, e.Channel)), refined.Events.Select(e => (e.Frame, e.Channel)));
        Assert.NotEqual(plain.Events[0].Details.AsSpan().ToArray(), refined.Events[0].Details.AsSpan().ToArray());
    }

    [Fact]
    public void WithoutDetailsTheValuesAreRefined()
    {
        var plain = Encode("plain.sparse", "--pure", "--refine", "0");
        var refined = Encode("refined.sparse", "--pure", "--refine", "3");

        Assert.Equal(plain.Events.Select(e => (e.Frame, e.Channel)), refined.Events.Select(e => (e.Frame, e.Channel)));
        Assert.All(refined.Events, e => Assert.Empty(e.Details.AsSpan().ToArray()));
        Assert.NotEqual(plain.Events[0].Amplitude, refined.Events[0].Amplitude);
    }

    [Fact]
    public void EightStepsAreUsual()
    {
        var usual = Encode("usual.sparse");
        var eight = Encode("eight.sparse", "--refine", "8");

        Assert.Equal(eight.Events.AsEnumerable(), usual.Events);
        Assert.NotEqual(Encode("none.sparse", "--refine", "0").Events[0].Details.AsSpan().ToArray(), usual.Events[0].Details.AsSpan().ToArray());
    }

    [Theory]
    [InlineData("give a number above 0", "--kbps", "-1")]
    [InlineData("--quality", "--kbps", "4", "--quality", "6")]
    [InlineData("the smallest code of this recording takes", "--kbps", "0.01")]
    public void RatesThatCannotBeAreRefused(string says, params string[] options)
    {
        var result = Run("none.sparse", options);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(says, result.Error);
        Assert.False(File.Exists(_folder.File("none.sparse")));
    }

    [Fact]
    public void AFileKeepsToItsRate()
    {
        var code = Encode("rated.sparse", "--kbps", "12");

        Assert.NotEmpty(code.Events);
        Assert.InRange(new FileInfo(_folder.File("rated.sparse")).Length * 8 / 1000.0 / code.DurationSeconds, 0, 12);
    }

    [Fact]
    public void AFileThatWasCutOffBetweenLayersIsDecodedAndSaidToBe()
    {
        var whole = Encode("whole.sparse");
        var bytes = File.ReadAllBytes(_folder.File("whole.sparse"));
        using (var reader = new CodeReader(_folder.File("whole.sparse")))
            File.WriteAllBytes(_folder.File("cut.sparse"), bytes[..reader.Info.Layers[0].EndByte]);

        var result = CliProcess.Run(["decode", _folder.File("cut.sparse"), "--model", _folder.File("small.safetensors"), "--device", "cpu"]);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("cut.sparse: was cut off and has 1 of its 3 layers, a coarser code of the whole recording", result.Error);
        Assert.True(File.Exists(_folder.File("cut.wav")));
        var cut = CodeFile.Read(_folder.File("cut.sparse"));
        Assert.Equal(whole.Events.Select(e => (e.Frame, e.Channel)), cut.Events.Select(e => (e.Frame, e.Channel)));
        Assert.All(cut.Events, e => Assert.Empty(e.Details));
    }

    [Fact]
    public void AHigherQualityTakesMoreBytesAndComesNearer()
    {
        var exact = Encode("exact.sparse", "--lossless");
        double Error(string quality)
        {
            return Encode($"{quality}.sparse", "--quality", quality).Events.Zip(exact.Events).Max(
                pair => pair.First.Details.Zip(pair.Second.Details).Max(numbers => Math.Abs(numbers.First - numbers.Second)));
        }

        var (fine, coarse) = (Error("9"), Error("4"));
        Assert.True(fine < coarse / 4, $"{fine}, {coarse}");
        Assert.True(new FileInfo(_folder.File("9.sparse")).Length > new FileInfo(_folder.File("4.sparse")).Length);
    }

    public void Dispose() => _folder.Dispose();

    private SparseCode Encode(string name, params string[] more)
    {
        var result = Run(name, more);
        Assert.True(result.ExitCode == 0, result.Error);
        return CodeFile.Read(_folder.File(name));
    }

    private CliProcess.Result Run(string name, params string[] more) =>
        CliProcess.Run(
            ["encode", _folder.File("tone.wav"), _folder.File(name), "--model", _folder.File("small.safetensors"), "--device", "cpu", .. more]);
}
