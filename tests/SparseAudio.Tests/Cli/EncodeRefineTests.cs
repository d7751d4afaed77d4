using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Format;
using SparseAudio.Models.Presets;
using SparseAudio.Training;
using Xunit;
using static SparseAudio.Tests.Models.Workbook.SmallWorkbook;

namespace SparseAudio.Tests.Cli;

[Collection("torch")]
public sealed class EncodeRefineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EncodeRefineTests()
    {
        using var model = ModelPreset.Build(Small);
        ModelFile.Save(model, _folder.File("small.safetensors"));
        var samples = Enumerable.Range(0, 9000).Select(n => 0.5f * (float)Math.Sin(n * 0.1)).ToArray();
        AudioFile.WriteWav(_folder.File("tone.wav"), new AudioClip(samples, 22050));
    }

    [Fact]
    public void RefinedEventsAreTheSameWithOtherDetails()
    {
        var plain = Encode("plain.sparse");
        var refined = Encode("refined.sparse", "--refine", "3");

        Assert.Equal(plain.Events.Select(e => (e.Frame, e.Channel)), refined.Events.Select(e => (e.Frame, e.Channel)));
        Assert.NotEqual(plain.Events[0].Details.AsSpan().ToArray(), refined.Events[0].Details.AsSpan().ToArray());
    }

    [Fact]
    public void RefiningWhatIsLeftOutIsRefused()
    {
        var result = Run("none.sparse", "--refine", "3", "--pure");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("--pure", result.Error);
        Assert.False(File.Exists(_folder.File("none.sparse")));
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
