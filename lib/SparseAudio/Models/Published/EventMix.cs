using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// How much of the impulse, of the resonating impulse (their convolution) and of the resonance alone an event holds.
/// As published all three shares are always 1, because the softmax runs over an axis of size 1; the layers exist all
/// the same. With <see cref="ModelConfig.LearnedMix"/> the softmax runs over the three shares.
/// </summary>
public sealed class EventMix : Module<Tensor, Tensor>
{
    private const int Sources = 3;
    private readonly LinearStack to_mix;
    private readonly bool learned;

    /// <summary>Builds the layers.</summary>
    public EventMix(ModelConfig config, Device device) : base(nameof(EventMix))
    {
        var norm = new LayerNormalisation(config.MixChannels, device);
        to_mix = new LinearStack(config.EmbeddingSize, config.MixChannels, Sources, norm, device);
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
