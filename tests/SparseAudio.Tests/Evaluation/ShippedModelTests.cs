using SparseAudio.Audio;
using SparseAudio.Evaluation;
using SparseAudio.Training;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Evaluation;

[Collection("torch")]
public sealed class ShippedModelTests
{
    private const long LargestFile = 25_000_000;

    [Fact]
    public void RebuildsRecordingsThatItNeverHeard()
    {
        using var model = ModelFile.Load(Repository.Path("data", "workbook.safetensors"));
        var clips = File.ReadLines(Repository.Path("data", "test-five.txt"))
            .Select(file => AudioFile.Read(Repository.Path("data", file)) with { Name = Path.GetFileName(file) }).ToArray();
        IReconstructor[] systems = [new ModelReconstructor(model, "pure") { Detailed = false }, new ModelReconstructor(model, "detailed")];

        var summaries = EvaluationSummary.Of(EvaluationRun.Measure(clips, systems, model.Config.Samples, segmentsPerClip: 1));

        var pure = summaries.Single(summary => summary is { System: "pure", Clip: "all" });
        var detailed = summaries.Single(summary => summary is { System: "detailed", Clip: "all" });
        Assert.Equal(5, pure.Segments);
        // What matching pursuit with 64 Gabor atoms reaches on these recordings: 1.24, and 2.0 in log-mel.
        Assert.InRange(pure.Values["mr"].Mean, 0, 1.24);
        Assert.InRange(pure.Values["mel"].Mean, 0, 0.92);
        Assert.InRange(pure.Values["chroma"].Mean, 0.85, 1);
        Assert.True(detailed.Values["mr"].Mean < pure.Values["mr"].Mean + 0.02);
        Assert.InRange(pure.DistinctChannels!.Value, 60, 320);
    }

    [Fact]
    public void EncodesAndDecodesTheSameTwiceAndIsSmall()
    {
        var file = Repository.Path("data", "workbook.safetensors");
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using var model = ModelFile.Load(file);
        var clip = AudioFile.Read(Repository.Path("data", "test", "bach-wtc1-prelude-5-d-major-piano-ishizaka.flac"));
        var audio = tensor(clip.Slice(50000, 32768).Normalized().Samples, [1, 1, 32768], device: CPU);

        var (first, second) = (model.Encode(audio), model.Encode(audio));

        Assert.True(first.Channels.eq(second.Channels).all().item<bool>());
        Assert.True(first.Frames.eq(second.Frames).all().item<bool>());
        Assert.True(model.DecodeSum(first).eq(model.DecodeSum(second)).all().item<bool>());
        Assert.InRange(new FileInfo(file).Length, 1, LargestFile);
    }
}
