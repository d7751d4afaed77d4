using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// The shares of impulse, convolution and resonance in an event (class GenerateMix, lines 128 to 144 of the original).
/// As published all three shares are always 1, because the softmax runs over an axis of size 1; the layers exist all
/// the same. With <see cref="PublishedConfig.LearnedMix"/> the softmax runs over the three shares.
/// </summary>
internal sealed class EventMix : Module<Tensor, Tensor>
{
    private const int Sources = 3;
    private readonly LinearOutputStack to_mix;
    private readonly bool learned;

    /// <summary>Builds the layers.</summary>
    public EventMix(PublishedConfig config, Device device) : base(nameof(EventMix))
    {
        var norm = LayerNorm(config.MixChannels, device: device);
        to_mix = new LinearOutputStack(config.EmbeddingSize, config.MixChannels, Sources, norm, device);
        learned = config.LearnedMix;
        RegisterComponents();
    }

    /// <summary>What the layers say, whether it is used or not.</summary>
    /// <param name="embedding">(…, embedding)</param>
    /// <returns>(…, 3)</returns>
    public Tensor Raw(Tensor embedding) => to_mix.forward(embedding);

    /// <summary>The shares of impulse, convolution and resonance.</summary>
    /// <param name="embedding">(…, embedding)</param>
    /// <returns>(…, 3), or a (3) vector of ones where the mix is not learned.</returns>
    public override Tensor forward(Tensor embedding)
    {
        using var scope = NewDisposeScope();
        var shares = learned
            ? softmax(Raw(embedding), -1)
            : ones(Sources, embedding.dtype, embedding.device);
        return shares.MoveToOuterDisposeScope();
    }
}
