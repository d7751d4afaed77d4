using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Model.Pitched;

/// <summary>
/// Looks at the spectrogram around a chosen cell, at the partials of its pitch and halfway between them, shortly before
/// and up to 0.4 s after: from this it tells the event's variant and its details.
/// </summary>
public sealed class LocalView : Module
{
    private const int Partials = 16;
    private static readonly long[] Looks = [-4, 0, 2, 4, 8, 16, 32];
    private readonly Linear first;
    private readonly Linear second;
    private readonly Linear variant;
    private readonly Linear details;
    private readonly SpectralSampler sampler;

    /// <summary>Builds the layers.</summary>
    public LocalView(ModelConfig config, PitchGrid grid, Device device) : base(nameof(LocalView))
    {
        first = Linear(Looks.Length * 2 * Partials + config.EncoderWidth + 1, 192, true, device);
        second = Linear(192, 128, true, device);
        variant = Linear(128, config.Variants, true, device);
        details = Linear(128 + config.EmbeddingSize, VoiceLayout.Count, true, device);
        sampler = new SpectralSampler(Places(config, grid), config.Bins, device);
        RegisterComponents();
    }

    /// <summary>What is seen at every event.</summary>
    /// <param name="levels">(batch, frames, bins) log spectrogram.</param>
    /// <param name="features">(batch, frames, width) of the encoder.</param>
    /// <param name="pitches">(batch, events) int64</param>
    /// <param name="frames">(batch, events) int64</param>
    /// <param name="logValues">(batch, events, 1)</param>
    /// <returns>(batch, events, 128)</returns>
    public Tensor See(Tensor levels, Tensor features, Tensor pitches, Tensor frames, Tensor logValues)
    {
        using var scope = NewDisposeScope();
        var times = (frames.unsqueeze(2) + tensor(Looks, device: frames.device)).clamp(0, levels.shape[1] - 1);
        var partials = sampler.Read(levels, times, pitches).flatten(2, 3) - logValues;
        var own = features.gather(1, frames.unsqueeze(2).expand(-1, -1, features.shape[2]));
        var hidden = leaky_relu(first.forward(cat([partials, own, logValues], 2)), Layers.Leak.Slope);
        return leaky_relu(second.forward(hidden), Layers.Leak.Slope).MoveToOuterDisposeScope();
    }

    /// <summary>How well each variant fits.</summary>
    /// <param name="seen">(batch, events, 128)</param>
    /// <returns>(batch, events, variants), before the softmax.</returns>
    public Tensor Variants(Tensor seen) => variant.forward(seen);

    /// <summary>What has to be added to the voice of an event's channel.</summary>
    /// <param name="seen">(batch, events, 128)</param>
    /// <param name="embedding">(batch, events, embedding)</param>
    /// <returns>(batch, events, <see cref="VoiceLayout.Count"/>), 0 when untrained.</returns>
    public Tensor Details(Tensor seen, Tensor embedding)
    {
        using var scope = NewDisposeScope();
        return details.forward(cat([seen, embedding], 2)).MoveToOuterDisposeScope();
    }

    /// <summary>The untrained start: no details.</summary>
    internal void ForgetDetails()
    {
        details.weight.zero_();
        details.bias!.zero_();
    }

    private static float[,] Places(ModelConfig config, PitchGrid grid)
    {
        var places = new float[grid.Pitches, 2 * Partials];
        for (var pitch = 0; pitch < grid.Pitches; pitch++)
        {
            var bin = (float)(grid.Hertz(pitch * grid.Variants) * config.Window / config.SampleRate);
            for (var k = 0; k < Partials; k++)
            {
                places[pitch, k] = bin * (k + 1);
                places[pitch, Partials + k] = bin * (k + 1.5f);
            }
        }
        return places;
    }
}
