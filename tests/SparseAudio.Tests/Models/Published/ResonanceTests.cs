using SparseAudio.Models.Published;
using Xunit;
using static TorchSharp.torch;

namespace SparseAudio.Tests.Models.Published;

public sealed class ResonanceTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(3, false)]
    public void All_frames_sound_like_those_that_are_audible(int segments, bool gradients)
    {
        using var scope = NewDisposeScope();
        using var recorded = set_grad_enabled(gradients);
        var config = new PublishedConfig();
        using var model = new PublishedModel(config, seed: 3);
        using var generator = new Generator(7);
        var embedding = empty([2, 5, config.EmbeddingSize], device: CPU).uniform_(-4, 4, generator);
        var starts = tensor([0L, 1, 64, 126, 127, 5, 0, 90, 33, 127], [2, 5], device: CPU);
        var samples = (long)segments * config.Samples;

        var audible = model.Resonance.Until(samples, embedding, starts);
        var all = model.Resonance.AllUntil(samples, embedding, starts);

        Assert.Equal(audible.shape, all.shape);
        Assert.True(audible.norm().item<float>() > 0.1);
        Assert.True((audible - all).norm().item<float>() < 1e-5 * audible.norm().item<float>());
    }
}
