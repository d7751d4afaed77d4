using SparseAudio.Signal;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Published;

/// <summary>
/// The model of the post "Sparse Interpretable Audio Model", as its code computes it: class Model in lines 296 to 399 of
/// <c>experiments/e_2023_10_2/experiment.py</c> of JohnVinyard/matching-pursuit at 9a9571b, called "the original" here. It is told in
/// the post's order: the encoding, the events' vectors, their impulses and resonances, and the reverb.
/// </summary>
public sealed class PublishedModel : SparseAudioModel
{
    private readonly Tensor refractory;
    private readonly UNet encoder;
    private readonly Linear embed_context;
    private readonly Linear embed_one_hot;
    private readonly Impulse imp;
    private readonly Resonance res;
    private readonly EventMix mix;
    private readonly Linear to_amp;
    private readonly Reverb verb;
    private readonly Linear embed_memory_context;

    // These feed nothing; they exist because published weights contain them (lines 319, 320 and 323).
    private readonly Linear to_context_mean;
    private readonly Linear to_context_std;
    private readonly Linear from_context;

    /// <summary>Builds a model with the published starting values (lines 297 to 329).</summary>
    /// <param name="config">What to build; it is checked first.</param>
    /// <param name="seed">Of the starting values and of the impulses' noise.</param>
    /// <param name="device">Device of all parameters; null means the CPU.</param>
    /// <exception cref="ModelConfigException">A field of the configuration does not fit.</exception>
    /// <exception cref="TorchLibraryException">This system cannot load torch.</exception>
    public PublishedModel(PublishedConfig config, long seed = 0, Device? device = null) : base(nameof(PublishedModel), config)
    {
        Config = config;
        Noise = config.FreshNoise ? WhiteNoise.Fresh : WhiteNoise.Seeded(seed);
        var place = device ?? CPU;
        refractory = EventSelection.RefractoryFilter(config.RefractoryTaps, config.RefractoryPower, place).DetachFromDisposeScope();
        encoder = new UNet(config.Bins, config.EncoderDepth, config.Channels, config.EncoderDropout, place);
        embed_context = Linear(config.Channels, config.EmbeddingSize, true, place);
        embed_one_hot = Linear(config.Channels, config.EmbeddingSize, true, place);
        imp = new Impulse(config, place);
        res = new Resonance(config, place);
        mix = new EventMix(config, place);
        to_amp = Linear(config.EmbeddingSize, 1, true, place);
        verb = new Reverb(config, place);
        to_context_mean = Linear(config.Channels, config.ContextSize, true, place);
        to_context_std = Linear(config.Channels, config.ContextSize, true, place);
        embed_memory_context = Linear(config.Channels, config.ContextSize, true, place);
        from_context = Linear(config.ContextSize, config.Channels, true, place);
        RegisterParts();
        Initialisation.Uniform(this, seed);
    }

    /// <inheritdoc cref="SparseAudioModel.Config"/>
    public new PublishedConfig Config { get; }

    /// <summary>Source of the impulses' noise.</summary>
    internal WhiteNoise Noise { get; set; }

    /// <summary>The encoder's layers.</summary>
    internal UNet Encoder => encoder;

    /// <summary>The generator of impulses.</summary>
    internal Impulse Impulse => imp;

    /// <summary>The generator of resonances.</summary>
    internal Resonance Resonance => res;

    /// <summary>The shares of impulse and resonance in an event.</summary>
    internal EventMix Mix => mix;

    /// <summary>The reverb.</summary>
    internal Reverb Reverb => verb;

    /// <summary>The refractory filter (1, 1, taps).</summary>
    internal Tensor Refractory => refractory;

    /// <summary>The spectrogram that the encoder sees (lines 334 and 335).</summary>
    /// <param name="audio">(batch, 1, samples)</param>
    /// <returns>(batch, bins, frames), the Nyquist bin left out.</returns>
    internal Tensor Spectrogram(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var magnitude = Stft.Magnitude(audio.squeeze(1), Config.Window, Config.Hop);
        return magnitude.narrow(2, 0, Config.Bins).transpose(1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The context of a segment is the sum of its code over time, times two matrices (lines 348 to 352): a sum of the matrices' rows,
    /// weighted by the values.
    /// </summary>
    /// <returns>(batch, context): what is added to every embedding, then what chooses the reverb.</returns>
    protected override Tensor DeriveContext(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        Tensor Project(Linear layer) => WeightedRows(layer, encoding).sum(1) + layer.bias!;
        return cat([Project(embed_context), Project(embed_memory_context)], 1).MoveToOuterDisposeScope();
    }

    /// <summary>The vectors from which the events are generated (line 357).</summary>
    /// <param name="encoding">The events.</param>
    /// <param name="context">(batch, <see cref="PublishedConfig.ContextWidth"/>)</param>
    /// <returns>(batch, events, embedding)</returns>
    internal Tensor Embed(SparseEncoding encoding, Tensor context)
    {
        using var scope = NewDisposeScope();
        var common = context.narrow(1, 0, Config.EmbeddingSize).unsqueeze(1);
        return (common + EmbedEvents(encoding)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The part of an event's vector that is its own (line 355). The original's one-hot vectors hold the value instead of 1, so this
    /// is the row of its channel, times its value.
    /// </summary>
    /// <returns>(batch, events, embedding)</returns>
    internal Tensor EmbedEvents(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        return (WeightedRows(embed_one_hot, encoding) + embed_one_hot.bias!).MoveToOuterDisposeScope();
    }

    /// <summary>The loudness of each event before its value multiplies it (line 377).</summary>
    /// <param name="embedding">(batch, events, embedding)</param>
    /// <returns>(batch, events, 1), not negative.</returns>
    internal Tensor Amplitudes(Tensor embedding)
    {
        using var scope = NewDisposeScope();
        return to_amp.forward(embedding).abs().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void CopyReverbResponses(Tensor responses) => verb.SetResponses(responses);

    /// <inheritdoc/>
    public override ChannelMeaning? MeaningOf(int channel) => null;

    /// <inheritdoc/>
    protected override SparseEncoding EncodeChecked(Tensor audio)
    {
        var features = encoder.Features(Spectrogram(audio));
        return Config.CodeDropout > 0
            ? EventSelection.SelectWithDropout(features, encoder.Projection, refractory, Config.Events, Config.CodeDropout)
            : EventSelection.Select(features, encoder.Projection, refractory, Config.Events);
    }

    /// <inheritdoc/>
    protected override Tensor SynthesizeEvents(SparseEncoding encoding)
    {
        var sources = Sources(encoding, Config.Samples);
        return FftConvolution.Convolve(sources.Excitation, sources.Resonance, Config.Samples)
            + Placement.Place(sources.Impulse * sources.Shares[0], encoding.Frames, Config.Hop, Config.Samples);
    }

    /// <inheritdoc/>
    protected override Tensor SynthesizeSum(SparseEncoding encoding, Tensor? noiseFloor)
    {
        var samples = noiseFloor?.shape[2] ?? Config.Samples;
        var sources = Sources(encoding, samples);
        return FftConvolution.ConvolveSum(sources.Excitation, sources.Resonance, samples)
            + Placement.PlaceSum(sources.Impulse * sources.Shares[0], encoding.Frames, Config.Hop, samples);
    }

    /// <inheritdoc/>
    protected override (Tensor Impulse, Tensor Resonance, Tensor Convolved) SynthesizeParts(SparseEncoding encoding)
    {
        var sources = Sources(encoding, Config.Samples);
        return (
            Placement.Place(sources.Impulse * sources.Shares[0], encoding.Frames, Config.Hop, Config.Samples),
            sources.Resonance * sources.Shares[2],
            FftConvolution.Convolve(sources.Impulse * sources.Shares[1], sources.Resonance, Config.Samples));
    }

    /// <inheritdoc/>
    protected override Tensor SynthesizeResonances(SparseEncoding encoding) => res.forward(Embed(encoding, encoding.Context!), encoding.Frames);

    /// <inheritdoc/>
    protected override Tensor ApplyReverb(Tensor context, Tensor dry) =>
        verb.forward(context.narrow(1, Config.EmbeddingSize, Config.ContextSize), dry);

    // An event is impulse + impulse * resonance + resonance, scaled by its amplitude and shifted to its frame (lines 361 to 384); the
    // resonances are at their frames already. Shares (batch, events, 1) of impulse, convolution and resonance, the amplitude included.
    // With a unit sample beside the impulse the last two are one convolution: Excitation * Resonance.
    private (Tensor Impulse, Tensor Resonance, Tensor[] Shares, Tensor Excitation) Sources(SparseEncoding encoding, long samples)
    {
        var embedding = Embed(encoding, encoding.Context!);
        var noise = Noise.For(encoding, Config.ImpulseSamples);
        var impulse = imp.forward(embedding.flatten(0, 1), noise).view(encoding.Values.shape[0], encoding.Values.shape[1], -1);
        var resonance = res.Until(samples, embedding, encoding.Frames);
        var shares = (Amplitudes(embedding) * encoding.Loudness.unsqueeze(2) * mix.forward(embedding)).chunk(3, 2);
        return (impulse, resonance, shares, impulse * shares[1] + functional.pad(shares[2], (0, Config.ImpulseSamples - 1)));
    }

    private static Tensor WeightedRows(Linear layer, SparseEncoding encoding)
    {
        var rows = layer.weight.t().index_select(0, encoding.Channels.flatten());
        return rows.view(encoding.Values.shape[0], encoding.Values.shape[1], -1) * encoding.Values.unsqueeze(2);
    }
}
