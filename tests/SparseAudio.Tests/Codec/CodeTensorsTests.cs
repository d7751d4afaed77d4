using SparseAudio.Codec;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Codec;

[Collection("torch")]
public class CodeTensorsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tensor_to_code_to_tensor_is_exact(bool workbook)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        using SparseAudioModel model = workbook ? SmallModels.Workbook() : SmallModels.Published();
        model.eval();
        var encoding = model.Encode(tensor(SmallModels.Music(8192), [1, 1, 8192], device: CPU));

        var code = CodeTensors.ToCode(encoding, model.Config, "m");
        var back = CodeTensors.ToEncoding(code, model);

        Assert.Equal(16, code.Events.Length);
        // Events of equal value have no order of their own.
        Assert.Equal(encoding.Values.data<float>().ToArray(), back.Values.data<float>().ToArray());
        Assert.Equal(Rows(encoding), Rows(back));
        if (workbook) Assert.Equal(encoding.Context!.data<float>().ToArray(), back.Context!.data<float>().ToArray());
        Assert.Equal(workbook, encoding.Details is not null);
    }

    private static IEnumerable<string> Rows(SparseEncoding encoding)
    {
        var (channels, frames, values) = (
            encoding.Channels.data<long>().ToArray(), encoding.Frames.data<long>().ToArray(), encoding.Values.data<float>().ToArray());
        var details = encoding.Details?.data<float>().ToArray() ?? [];
        var width = details.Length / values.Length;
        return Enumerable.Range(0, values.Length)
            .Select(i => $"{channels[i]} {frames[i]} {values[i]:R} {string.Join(' ', details.Skip(i * width).Take(width))}").Order();
    }

    [Fact]
    public void Fingerprints_tell_weights_and_configurations_apart()
    {
        using var model = SmallModels.Published();
        using var same = SmallModels.Published();
        using var otherWeights = ModelPreset.Build(SmallModels.PublishedConfig, seed: 2);
        using var otherConfig = ModelPreset.Build(SmallModels.PublishedConfig with { Events = 17 }, seed: 1);

        var all = new[] { model, otherWeights, otherConfig }.Select(ModelFingerprint.Of).ToList();

        Assert.Equal(all[0], ModelFingerprint.Of(same));
        Assert.Equal(3, all.Distinct().Count());
    }
}
