using System.Runtime.CompilerServices;
using SparseAudio.Models.Published;
using SparseAudio.Models.Workbook;
using SparseAudio.Signal;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models;

/// <summary>
/// The sparse interpretable audio model: a segment of audio becomes a few events (which, when, how loud), and each
/// event becomes sound again: an impulse, in a resonance, in a room.
/// </summary>
public sealed class SparseAudioModel : Module<Tensor, Tensor>
{
    private readonly PitchedModel? pitched;
    private readonly Tensor? refractory;
    private readonly UNet? encoder;
    private readonly Linear? embed_context;
    private readonly Linear? embed_one_hot;
    private readonly Impulse? imp;
    private readonly Resonance? res;
    private readonly EventMix? mix;
    private readonly Linear? to_amp;
    private readonly Room? verb;
    private readonly Linear? embed_memory_context;

    // These feed nothing; they exist because published weights contain them.
    private readonly Linear? to_context_mean;
    private readonly Linear? to_context_std;
    private readonly Linear? from_context;

    /// <summary>Builds a model with the published starting values.</summary>
    /// <param name="config">What to build; it is checked first.</param>
    /// <param name="seed">Of the starting values and of the impulses' noise.</param>
    /// <param name="device">Where the model lives; null means the CPU.</param>
    /// <exception cref="ModelConfigException">A field of the configuration does not fit.</exception>
    /// <exception cref="TorchLibraryException">This system cannot load torch.</exception>
    public SparseAudioModel(ModelConfig config, long seed = 0, Device? device = null) : base(NameOnceTorchIsThere())
    {
        config.Validate();
        Config = config;
        Noise = config.FreshNoise ? WhiteNoise.Fresh : WhiteNoise.Seeded(seed);
        var place = device ?? CPU;
        if (config.PitchedChannels)
        {
            pitched = new PitchedModel(config, seed, place);
            RegisterComponents();
            return;
        }
        refractory = EventSelection.RefractoryFilter(config.RefractoryTaps, config.RefractoryPower, place);
        encoder = new UNet(config.Bins, config.EncoderDepth, config.Channels, config.EncoderDropout, place);
        embed_context = Linear(config.Channels, config.EmbeddingSize, true, place);
        embed_one_hot = Linear(config.Channels, config.EmbeddingSize, true, place);
        imp = new Impulse(config, place);
        res = new Resonance(config, place);
        mix = new EventMix(config, place);
        to_amp = Linear(config.EmbeddingSize, 1, true, place);
        verb = new Room(config, place);
        to_context_mean = Linear(config.Channels, config.ContextSize, true, place);
        to_context_std = Linear(config.Channels, config.ContextSize, true, place);
        embed_memory_context = Linear(config.Channels, config.ContextSize, true, place);
        from_context = Linear(config.ContextSize, config.Channels, true, place);
        RegisterComponents();
        this.OutliveScopes();
        Initialisation.Uniform(this, seed);
    }

    /// <summary>What this model is.</summary>
    public ModelConfig Config { get; }

    // The base class already uses torch.
    private static string NameOnceTorchIsThere()
    {
        TorchLibrary.Require();
        return nameof(SparseAudioModel);
    }

    /// <summary>Where the impulses' noise comes from.</summary>
    public WhiteNoise Noise { get; set; }

    /// <summary>The encoder's layers.</summary>
    public UNet Encoder => Part(encoder);

    /// <summary>The generator of impulses.</summary>
    public Impulse Impulse => Part(imp);

    /// <summary>The generator of resonances.</summary>
    public Resonance Resonance => Part(res);

    /// <summary>The shares of impulse and resonance in an event.</summary>
    public EventMix Mix => Part(mix);

    /// <summary>The room.</summary>
    public Room Room => Part(verb);

    /// <summary>The refractory filter (1, 1, taps).</summary>
    public Tensor Refractory => Part(refractory);

    /// <summary>The parts of a model whose channels have pitches, or null.</summary>
    public PitchedModel? Pitched => pitched;

    /// <summary>Copies room impulse responses into the model, whichever kind of room it has.</summary>
    /// <param name="responses">(rooms, samples)</param>
    public void SetRoomResponses(Tensor responses)
    {
        if (pitched is not null) pitched.Ensemble.Room.SetResponses(responses);
        else Room.SetResponses(responses);
    }

    /// <summary>Encodes and decodes.</summary>
    /// <param name="audio">(batch, 1, samples)</param>
    /// <returns>(batch, events, samples): every event alone; their sum is the rebuilt segment.</returns>
    public override Tensor forward(Tensor audio)
    {
        using var scope = NewDisposeScope();
        return Decode(Encode(audio)).MoveToOuterDisposeScope();
    }

    /// <summary>The events of a segment, the largest value first.</summary>
    /// <param name="audio">(batch, 1, samples)</param>
    /// <exception cref="ArgumentException">The shape does not fit the model.</exception>
    public SparseEncoding Encode(Tensor audio)
    {
        CheckAudio(audio);
        if (pitched is not null) return pitched.Encode(audio);
        using var scope = NewDisposeScope();
        var features = Encoder.Features(Spectrogram(audio));
        var encoding = Config.CodeDropout > 0
            ? EventSelection.SelectWithDropout(features, Encoder.Projection, Refractory, Config.Events, Config.CodeDropout)
            : EventSelection.Select(features, Encoder.Projection, Refractory, Config.Events);
        return encoding.MoveToOuterDisposeScope();
    }

    /// <summary>Every event of a code as sound, in its place and in its room.</summary>
    /// <param name="encoding">Any number of events, which may differ from the configuration's.</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor Decode(SparseEncoding encoding)
    {
        CheckEncoding(encoding);
        if (pitched is not null) return pitched.Decode(encoding);
        using var scope = NewDisposeScope();
        var parts = Synthesize(encoding, Config.Samples);
        return Room.forward(parts.RoomContext, Place(parts, encoding.Frames)).MoveToOuterDisposeScope();
    }

    /// <summary>Every event of a code as sound, in its place, before the room.</summary>
    /// <param name="encoding">Any number of events, which may differ from the configuration's.</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor DecodeDry(SparseEncoding encoding)
    {
        CheckEncoding(encoding);
        if (pitched is not null) return pitched.DecodeDry(encoding);
        using var scope = NewDisposeScope();
        return Place(Synthesize(encoding, Config.Samples), encoding.Frames).MoveToOuterDisposeScope();
    }

    /// <summary>The room as one impulse response, the dry sound's share included.</summary>
    /// <param name="context">(batch, <see cref="ModelConfig.ContextWidth"/>)</param>
    /// <returns>(batch, 1, samples)</returns>
    public Tensor RoomResponse(Tensor context)
    {
        if (pitched is not null) return pitched.RoomResponse(context);
        using var scope = NewDisposeScope();
        var impulse = functional.pad(ones([context.shape[0], 1, 1], device: context.device), (0, Config.Samples - 1));
        return Room.forward(context.narrow(1, Config.EmbeddingSize, Config.ContextSize), impulse).MoveToOuterDisposeScope();
    }

    /// <summary>The sum of all events, equal to the sum of <see cref="Decode"/> but sooner: one inverse transform and one room.</summary>
    /// <param name="encoding">Any number of events.</param>
    /// <returns>(batch, 1, samples)</returns>
    public Tensor DecodeSum(SparseEncoding encoding)
    {
        CheckEncoding(encoding);
        return pitched is not null ? pitched.DecodeSum(encoding) : SumUntil(Config.Samples, encoding);
    }

    /// <summary>
    /// The sum of all events on a time line that goes on after their segment, where they ring on. Up to the segment's end it
    /// is <see cref="DecodeSum"/>.
    /// </summary>
    /// <param name="encoding">Any number of events.</param>
    /// <param name="steady">(batch, 1, line), one or more whole segments: how much is heard when of what models with pitches play steadily beneath the events.</param>
    /// <returns>(batch, 1, line)</returns>
    public Tensor DecodeLine(SparseEncoding encoding, Tensor steady)
    {
        CheckEncoding(encoding);
        return pitched is not null ? pitched.DecodeSum(encoding, steady) : SumUntil(steady.shape[2], encoding);
    }

    /// <summary>The spectrogram that the encoder sees.</summary>
    /// <param name="audio">(batch, 1, samples)</param>
    /// <returns>(batch, frames, bins), the Nyquist bin left out.</returns>
    public Tensor Spectrogram(Tensor audio)
    {
        using var scope = NewDisposeScope();
        var magnitude = Stft.Magnitude(audio.squeeze(1), Config.Window, Config.Hop);
        return magnitude.narrow(2, 0, Config.Bins).MoveToOuterDisposeScope();
    }

    /// <summary>What the events of a segment together say to each of them and to the room.</summary>
    /// <returns>(batch, <see cref="ModelConfig.ContextWidth"/>): what is added to every embedding, then what chooses the room.</returns>
    public Tensor ContextOf(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        // The published sum of the code over time, times a matrix: a sum of the matrix's rows, weighted by the values.
        Tensor Project(Linear layer) => WeightedRows(layer, encoding).sum(1) + layer.bias!;
        return cat([Project(Part(embed_context)), Project(Part(embed_memory_context))], 1).MoveToOuterDisposeScope();
    }

    /// <summary>The vectors from which the events are generated.</summary>
    /// <param name="encoding">The events.</param>
    /// <param name="context">(batch, <see cref="ModelConfig.ContextWidth"/>)</param>
    /// <returns>(batch, events, embedding)</returns>
    public Tensor Embed(SparseEncoding encoding, Tensor context)
    {
        using var scope = NewDisposeScope();
        var common = context.narrow(1, 0, Config.EmbeddingSize).unsqueeze(1);
        return (common + EmbedEvents(encoding)).MoveToOuterDisposeScope();
    }

    /// <summary>The part of an event's vector that is its own: the row of its channel, times its value.</summary>
    /// <returns>(batch, events, embedding)</returns>
    public Tensor EmbedEvents(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        return (WeightedRows(Part(embed_one_hot), encoding) + Part(embed_one_hot).bias!).MoveToOuterDisposeScope();
    }

    /// <summary>The loudness of each event before its value multiplies it.</summary>
    /// <param name="embedding">(batch, events, embedding)</param>
    /// <returns>(batch, events, 1), not negative.</returns>
    public Tensor Amplitudes(Tensor embedding)
    {
        using var scope = NewDisposeScope();
        return Part(to_amp).forward(embedding).abs().MoveToOuterDisposeScope();
    }

    private Tensor SumUntil(long samples, SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        var parts = Synthesize(encoding, samples);
        var ringing = FftConvolution.ConvolveSum(parts.Excitation, parts.Resonance, samples);
        var dry = ringing + Scheduling.PlaceSum(parts.Direct, encoding.Frames, Config.Hop, samples);
        return Room.forward(parts.RoomContext, dry).MoveToOuterDisposeScope();
    }

    // An event is impulse + impulse * resonance + resonance, scaled and shifted. With a unit sample beside the impulse
    // the last two are one convolution: Excitation * Resonance; Direct is the impulse that is heard itself.
    private (Tensor Excitation, Tensor Resonance, Tensor Direct, Tensor RoomContext) Synthesize(SparseEncoding encoding, long samples)
    {
        var (batch, events) = (encoding.Values.shape[0], encoding.Values.shape[1]);
        var context = encoding.Context ?? ContextOf(encoding);
        var embedding = Embed(encoding, context);
        var noise = Noise.For(encoding, Config.ImpulseSamples);
        var impulse = Impulse.forward(embedding.flatten(0, 1), noise).view(batch, events, -1);
        var resonance = Resonance.Until(samples, embedding, encoding.Frames);

        var gains = Amplitudes(embedding) * encoding.Loudness.unsqueeze(2) * Mix.forward(embedding);
        var shares = gains.chunk(3, 2);  // of impulse, convolution and resonance
        var excitation = impulse * shares[1] + functional.pad(shares[2], (0, Config.ImpulseSamples - 1));
        var roomContext = context.narrow(1, Config.EmbeddingSize, Config.ContextSize);
        return (excitation, resonance, impulse * shares[0], roomContext);
    }

    private Tensor Place((Tensor Excitation, Tensor Resonance, Tensor Direct, Tensor RoomContext) parts, Tensor frames)
    {
        var ringing = FftConvolution.Convolve(parts.Excitation, parts.Resonance, Config.Samples);
        return ringing + Scheduling.Place(parts.Direct, frames, Config.Hop, Config.Samples);
    }

    private T Part<T>(T? part, [CallerArgumentExpression(nameof(part))] string name = "") where T : class =>
        part ?? throw new InvalidOperationException($"A model of the preset '{Config.Name}' has no '{name}': its channels have pitches, see {nameof(Pitched)}.");

    private static Tensor WeightedRows(Linear layer, SparseEncoding encoding)
    {
        var rows = layer.weight.t().index_select(0, encoding.Channels.flatten());
        return rows.view(encoding.Values.shape[0], encoding.Values.shape[1], -1) * encoding.Values.unsqueeze(2);
    }

    private void CheckAudio(Tensor audio)
    {
        if (audio.shape is not [_, 1, var samples] || samples != Config.Samples)
            throw new ArgumentException($"Audio must have the shape (batch, 1, {Config.Samples}), not ({string.Join(", ", audio.shape)}).", nameof(audio));
    }

    private static void CheckEncoding(SparseEncoding encoding)
    {
        if (encoding.Values.shape is not [> 0, > 0])
            throw new ArgumentException($"A code must hold at least one event, in the shape (batch, events), not ({string.Join(", ", encoding.Values.shape)}).", nameof(encoding));
    }
}
