using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>What an event sounds like, told by its channel, its value and its segment alone: the pure code's voice.</summary>
internal sealed class ParameterHead : Module
{
    private const int Hidden = 128;
    private readonly Parameter channel;
    private readonly Parameter variant;
    private readonly Linear segment;
    private readonly Linear first;
    private readonly Linear second;
    private readonly Linear last;

    /// <summary>Builds the layers.</summary>
    public ParameterHead(WorkbookConfig config, Device device) : base(nameof(ParameterHead))
    {
        var size = config.EmbeddingSize;
        channel = new Parameter(zeros(config.Channels, size, device: device));
        variant = new Parameter(zeros(config.Variants, size, device: device));
        segment = Linear(config.ContextSize, size, true, device);
        first = Linear(size + 2, Hidden, true, device);
        second = Linear(Hidden, Hidden, true, device);
        last = Linear(Hidden, SynthParameters.Count, true, device);
        RegisterComponents();
    }

    /// <summary>The vectors of channels, blended over variants where their shares carry a gradient.</summary>
    /// <param name="channels">(batch, events) int64</param>
    /// <param name="shares">(batch, events, variants), or null: only each channel's own variant.</param>
    /// <returns>(batch, events, embedding)</returns>
    public Tensor Embed(Tensor channels, Tensor? shares)
    {
        using var scope = NewDisposeScope();
        var (variants, size) = (variant.shape[0], variant.shape[1]);
        var (batch, events) = (channels.shape[0], channels.shape[1]);
        Tensor vectors;
        if (shares is null)
        {
            var own = channels.flatten();
            vectors = channel.index_select(0, own) + variant.index_select(0, own.remainder(variants));
        }
        else
        {
            var ofPitch = channel.view(-1, variants, size).index_select(0, channels.div(variants, RoundingMode.floor).flatten());
            vectors = shares.view(-1, 1, variants).matmul(ofPitch + variant).squeeze(1);
        }
        return vectors.view(batch, events, size).MoveToOuterDisposeScope();
    }

    /// <summary>The voice of every event.</summary>
    /// <param name="embedding">(batch, events, embedding)</param>
    /// <param name="logValues">(batch, events, 1), the scaled log values.</param>
    /// <param name="pitches">(batch, events, 1), the pitches scaled to -1…1.</param>
    /// <param name="context">(batch, context)</param>
    /// <returns>(batch, events, <see cref="SynthParameters.Count"/>)</returns>
    public Tensor Describe(Tensor embedding, Tensor logValues, Tensor pitches, Tensor context)
    {
        using var scope = NewDisposeScope();
        var own = embedding + segment.forward(context).unsqueeze(1);
        var hidden = leaky_relu(first.forward(cat([own, logValues, pitches], 2)), 0.2);
        hidden = leaky_relu(second.forward(hidden), 0.2);
        return last.forward(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>The untrained start: every channel a voice of its own.</summary>
    internal void Scatter(Generator generator)
    {
        channel.copy_(empty(channel.shape, device: CPU).normal_(0, 0.3, generator));
        variant.copy_(empty(variant.shape, device: CPU).normal_(0, 0.7, generator));
    }
}
