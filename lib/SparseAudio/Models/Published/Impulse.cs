using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Published;

/// <summary>What sets an event off: a short burst of band-limited noise (an attack, a breath).</summary>
public sealed class Impulse : Module<Tensor, Tensor, Tensor>
{
    private readonly ConvUpsample to_frames;
    private readonly NoiseModel noise_model;

    /// <summary>Builds the generator.</summary>
    public Impulse(ModelConfig config, Device device) : base(nameof(Impulse))
    {
        var (channels, frames) = (config.ImpulseChannels, config.ImpulseControlFrames);
        to_frames = new ConvUpsample(config.EmbeddingSize, channels, 4, frames, channels, device);
        noise_model = new NoiseModel(channels, frames, config.NoiseFrames, config.ImpulseSamples, device);
        RegisterComponents();
    }

    /// <summary>The stage that turns control sequences into filtered noise.</summary>
    public NoiseModel Noise => noise_model;

    /// <summary>The control sequence of every event.</summary>
    /// <param name="embedding">(rows, embedding)</param>
    /// <returns>(rows, control frames, channels)</returns>
    public Tensor Controls(Tensor embedding) => to_frames.forward(embedding);

    /// <summary>Generates one impulse for each row.</summary>
    /// <param name="embedding">(rows, embedding)</param>
    /// <param name="noise">(rows, impulse samples), white, in -1…1.</param>
    /// <returns>(rows, impulse samples)</returns>
    public override Tensor forward(Tensor embedding, Tensor noise)
    {
        using var scope = NewDisposeScope();
        return noise_model.forward(Controls(embedding), noise).MoveToOuterDisposeScope();
    }
}
