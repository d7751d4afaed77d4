using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Models;

[Collection("torch")]
public sealed class DecodePartsTests
{
    [Theory]
    [InlineData("published")]
    [InlineData("workbook")]
    public void The_parts_of_events_add_up_to_what_the_decoder_makes_of_them(string preset)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var model = ModelPreset.Build(ModelPreset.Config(preset), seed: 1);
        model.eval();
        model.SetReverbResponses(ones([model.Config.Rooms, model.Config.Samples], device: CPU) * 1e-3);
        var encoding = new SparseEncoding(
            tensor(new long[] { 40, 2000 }, device: CPU).view(1, 2), tensor(new long[] { 3, 60 }, device: CPU)
                .view(1, 2), tensor(new[] { 1f, 0.5f }, device: CPU).view(1, 2));

        var parts = model.DecodeParts(encoding);

        AssertClose(model.DecodeEvents(encoding), parts.Wet);
        AssertClose(model.DecodeDry(encoding), parts.Dry);
        Assert.True((parts.Wet - parts.Dry).abs().max().item<float>() > 1e-6);
        foreach (var part in (Tensor[])[parts.Impulse, parts.Resonance])
        {
            Assert.Equal(model.DecodeEvents(encoding).shape, part.shape);
            Assert.Equal(0, part[0, 1].narrow(0, 0, 60 * model.Config.Hop).abs().max().item<float>());
            Assert.True(part[0, 1].abs().max().item<float>() > 0);
        }
    }

    [Fact]
    public void In_the_published_model_an_event_is_impulse_and_resonance_and_their_convolution()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var model = new PublishedModel(new PublishedConfig(), seed: 1);
        model.eval();
        var encoding = new SparseEncoding(
            tensor(new long[] { 7 }, device: CPU).view(1, 1), tensor(new long[] { 0 }, device: CPU).view(1, 1), ones([1, 1], device: CPU));

        var parts = model.DecodeParts(encoding);

        AssertClose(parts.Dry, parts.Impulse + parts.Resonance + parts.Convolved);
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.True((expected - actual).norm().item<float>() <= 1e-4 * expected.norm().item<float>(),
            $"{(expected - actual).norm().item<float>()} of {expected.norm().item<float>()}");
}
