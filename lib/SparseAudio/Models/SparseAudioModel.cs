using System.Collections.Immutable;
using SparseAudio.Signal;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models;

/// <summary>
/// A sparse, interpretable audio model: it encodes a segment of audio as a few events (which, when, how loud), and decodes every
/// event to sound again: an impulse convolved with a resonance, in a reverb.
/// </summary>
public abstract class SparseAudioModel : Module<Tensor, Tensor>
{
    /// <summary>Checks the configuration, and that torch can be loaded.</summary>
    /// <param name="name">The class's name.</param>
    /// <param name="config">What to build.</param>
    /// <exception cref="ModelConfigException">A field of the configuration does not fit.</exception>
    /// <exception cref="TorchLibraryException">This system cannot load torch.</exception>
    protected SparseAudioModel(string name, ModelConfig config) : base(TorchLibrary.RequireFor(name))
    {
        config.Validate();
        Config = config;
    }

    /// <summary>The model's configuration.</summary>
    public ModelConfig Config { get; }

    /// <summary>Encodes and decodes.</summary>
    /// <param name="audio">(batch, 1, samples)</param>
    /// <returns>(batch, events, samples): every event alone; their sum is the reconstructed segment.</returns>
    public override Tensor forward(Tensor audio)
    {
        using var scope = NewDisposeScope();
        return DecodeEvents(Encode(audio)).MoveToOuterDisposeScope();
    }

    /// <summary>The events of a segment, the largest value first.</summary>
    /// <param name="audio">
    /// (batch, 1, samples); or, with what is to be heard before and after, (batch, 1, surroundings + samples + surroundings), see
    /// <see cref="ModelConfig.Surroundings"/>.
    /// </param>
    /// <returns>Where a batch's segments have different numbers of events, the shorter lists end with events of value 0, which are none.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the model.</exception>
    public SparseEncoding Encode(Tensor audio)
    {
        audio.RequireReal([TensorGuard.Any, 1, TensorGuard.Any], Like);
        if (audio.shape[2] != Config.Samples + 2 * Config.Surroundings) audio.RequireReal([TensorGuard.Any, 1, Config.Samples], Like);
        using var scope = NewDisposeScope();
        return EncodeChecked(audio).MoveToOuterDisposeScope();
    }

    /// <summary>Every event of a code as sound, at its frame, with reverb.</summary>
    /// <param name="encoding">Any number of events, which may differ from the configuration's.</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor DecodeEvents(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        var complete = Complete(encoding);
        return ApplyReverb(complete.Context!, SynthesizeEvents(complete)).MoveToOuterDisposeScope();
    }

    /// <summary>Every event of a code as sound, at its frame, before the reverb.</summary>
    /// <param name="encoding">Any number of events, which may differ from the configuration's.</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor DecodeDry(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        return SynthesizeEvents(Complete(encoding)).MoveToOuterDisposeScope();
    }

    /// <summary>The parts of every event, which are otherwise added at once.</summary>
    /// <param name="encoding">Any number of events.</param>
    public EventParts DecodeParts(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        var complete = Complete(encoding);
        var (impulse, resonance, convolved) = SynthesizeParts(complete);
        var dry = SynthesizeEvents(complete);
        return new EventParts(impulse, resonance, convolved, dry, ApplyReverb(complete.Context!, dry)).MoveToOuterDisposeScope();
    }

    /// <summary>The sum of all events, equal to the sum of <see cref="DecodeEvents"/> but sooner: no event is synthesised alone.</summary>
    /// <param name="encoding">Any number of events.</param>
    /// <param name="noiseFloor">
    /// (batch, 1, line), one or more whole segments: gain over time of what goes on from before the segment: the noise floor and events that
    /// continue, in models that have them. The sum then goes on after the segment, where events ring on. Null: 1, in the segment alone.
    /// </param>
    /// <returns>(batch, 1, samples), or (batch, 1, line)</returns>
    public Tensor DecodeSum(SparseEncoding encoding, Tensor? noiseFloor = null)
    {
        using var scope = NewDisposeScope();
        var complete = Complete(encoding);
        if (noiseFloor is not null)
        {
            noiseFloor.RequireReal([encoding.Values.shape[0], 1, TensorGuard.Any], Like);
            if (noiseFloor.shape[2] % Config.Samples != 0)
                throw new ArgumentException(
                    $"A line must be a multiple of {Config.Samples} samples long, not {noiseFloor.shape[2]}.", nameof(noiseFloor));
        }

        return ApplyReverb(complete.Context!, SynthesizeSum(complete, noiseFloor)).MoveToOuterDisposeScope();
    }

    /// <summary>The context of a code that carries none: as far as it follows from the events, otherwise a neutral one.</summary>
    /// <returns>(batch, <see cref="ModelConfig.ContextWidth"/>)</returns>
    public Tensor ContextOf(SparseEncoding encoding)
    {
        Check(encoding);
        using var scope = NewDisposeScope();
        return DeriveContext(encoding).MoveToOuterDisposeScope();
    }

    /// <summary>The reverb as one impulse response, the dry sound's share included.</summary>
    /// <param name="context">(batch, <see cref="ModelConfig.ContextWidth"/>)</param>
    /// <returns>(batch, 1, samples)</returns>
    public Tensor ReverbResponse(Tensor context)
    {
        context.RequireReal([TensorGuard.Any, Config.ContextWidth], Like);
        using var scope = NewDisposeScope();
        var impulse = functional.pad(ones([context.shape[0], 1, 1], device: context.device), (0, Config.Samples - 1));
        return ApplyReverb(context, impulse).MoveToOuterDisposeScope();
    }

    /// <summary>Copies impulse responses into the reverb.</summary>
    /// <param name="responses">(rooms, samples)</param>
    public void SetReverbResponses(Tensor responses) => CopyReverbResponses(responses.RequireReal([Config.Rooms, Config.Samples]));

    /// <summary>The resonance of every event alone, at its frame, before the reverb.</summary>
    /// <param name="encoding">Any number of events.</param>
    /// <returns>(batch, events, samples)</returns>
    public Tensor DecodeResonances(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        return SynthesizeResonances(Complete(encoding)).MoveToOuterDisposeScope();
    }

    /// <summary>What a channel means, where that is fixed; null where only its sound tells.</summary>
    /// <param name="channel">A channel of the code.</param>
    public abstract ChannelMeaning? MeaningOf(int channel);

    /// <summary>What of the model decodes, for programs in other languages; null in models that have no closed form for that.</summary>
    public virtual DecoderExport? ExportDecoder() => null;

    /// <summary>Which of an event's details bends its pitch, in models that have such a one.</summary>
    internal virtual PitchBend? Bend => null;

    /// <summary>A context's numbers where only so many of the segment's events are left: they share what all of them shared.</summary>
    internal virtual ImmutableArray<float> ContextAmong(ImmutableArray<float> numbers, int events) => numbers;

    /// <summary>Details with which a code sounds as it does without any.</summary>
    /// <returns>(batch, events, details)</returns>
    internal virtual Tensor PlainDetails(SparseEncoding encoding) =>
        zeros([.. encoding.Values.shape, Config.DetailSize], encoding.Values.dtype, encoding.Values.device);

    /// <summary>The segment of audio that may have surroundings, a view.</summary>
    /// <param name="audio">As for <see cref="Encode"/>.</param>
    /// <returns>(batch, 1, samples)</returns>
    internal Tensor SegmentOf(Tensor audio) =>
        audio.shape[2] == Config.Samples ? audio : audio.narrow(2, Config.Surroundings, Config.Samples);

    /// <summary>The events of a code as notes, segment after segment, in models whose events are notes; null in others.</summary>
    /// <param name="encoding">Any number of events.</param>
    public IReadOnlyList<EventNote>? NotesOf(SparseEncoding encoding)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        return DescribeNotes(Complete(encoding));
    }

    /// <summary><see cref="Encode"/> of audio whose shape fits, in a dispose scope.</summary>
    protected abstract SparseEncoding EncodeChecked(Tensor audio);

    /// <summary><see cref="ContextOf"/> of a code whose tensors fit, in a dispose scope.</summary>
    protected abstract Tensor DeriveContext(SparseEncoding encoding);

    /// <summary>Every event before the reverb (batch, events, samples), of a code with a context.</summary>
    protected abstract Tensor SynthesizeEvents(SparseEncoding encoding);

    /// <summary>The first three of <see cref="EventParts"/>, of a code with a context.</summary>
    protected abstract (Tensor Impulse, Tensor Resonance, Tensor Convolved) SynthesizeParts(SparseEncoding encoding);

    /// <summary>The sum of all events before the reverb, of a code with a context.</summary>
    protected abstract Tensor SynthesizeSum(SparseEncoding encoding, Tensor? noiseFloor);

    /// <summary>The resonances of a code with a context, see <see cref="DecodeResonances"/>.</summary>
    protected abstract Tensor SynthesizeResonances(SparseEncoding encoding);

    /// <summary><see cref="NotesOf"/> of a code with a context.</summary>
    protected virtual IReadOnlyList<EventNote>? DescribeNotes(SparseEncoding encoding) => null;

    /// <summary>Signals (batch, signals, samples) in the reverb of their segment's context (batch, <see cref="ModelConfig.ContextWidth"/>).</summary>
    protected abstract Tensor ApplyReverb(Tensor context, Tensor dry);

    /// <summary>Copies impulse responses (rooms, samples) into the reverb.</summary>
    protected abstract void CopyReverbResponses(Tensor responses);

    /// <summary>Registers the parts, and keeps their tensors alive where a model is built inside of a dispose scope.</summary>
    protected void RegisterParts()
    {
        RegisterComponents();
        foreach (var parameter in parameters()) parameter.DetachFromDisposeScope();
        foreach (var buffer in buffers()) buffer.DetachFromDisposeScope();
    }

    // A tensor of the type and on the device that all others must have.
    private Tensor Like => parameters().First();

    /// <summary>A code with its context, after a check of its tensors.</summary>
    private protected SparseEncoding Complete(SparseEncoding encoding)
    {
        Check(encoding);
        return encoding.Context is null ? encoding with { Context = DeriveContext(encoding) } : encoding;
    }

    private void Check(SparseEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        encoding.RequireConsistency();
        encoding.Values.RequireReal([TensorGuard.Any, TensorGuard.Any], Like, nameof(encoding.Values));
        encoding.Context?.RequireReal([encoding.Values.shape[0], Config.ContextWidth], Like, nameof(encoding.Context));
        if (encoding.Details is not { } details) return;
        if (Config.DetailSize == 0) throw new ArgumentException($"The model '{Config.Name}' knows no details.", nameof(encoding.Details));
        details.RequireReal([.. encoding.Values.shape, Config.DetailSize], Like, nameof(encoding.Details));
    }
}

/// <summary>What a channel of a code means, in models that say so.</summary>
/// <param name="Hertz">The fundamental frequency.</param>
/// <param name="Timbre">Which of the timbres at that frequency.</param>
public readonly record struct ChannelMeaning(double Hertz, int Timbre);

/// <summary>
/// What of a model decodes, for programs in other languages, such as a page that plays and edits events.
/// </summary>
/// <param name="Header">The model's sizes, the places of parameters and their ranges, and name, shape and width of every tensor, in JSON.</param>
/// <param name="Numbers">
/// The numbers of all tensors in the order of the header, little-endian, in 16 bits where that loses nothing and otherwise in 32.
/// </param>
public sealed record DecoderExport(string Header, ReadOnlyMemory<byte> Numbers);

/// <summary>The detail of an event that bends its pitch away from its channel's: by tanh(detail) · octaves.</summary>
/// <param name="Detail">Which of the details.</param>
/// <param name="Octaves">How far it bends at most.</param>
public readonly record struct PitchBend(int Detail, double Octaves)
{
    // Beyond, the detail would grow without changing anything.
    private const double Most = 0.98;

    /// <summary>By how many octaves an event with these details is bent; 0 without details.</summary>
    public double Of(ImmutableArray<float> details) => details.IsEmpty ? 0 : Math.Tanh(details[Detail]) * Octaves;

    /// <summary>The details of an event that is bent by <paramref name="octaves"/>, or as near as can be; none where there are none.</summary>
    public ImmutableArray<float> Bent(ImmutableArray<float> details, double octaves) =>
        details.IsEmpty ? details : details.SetItem(Detail, (float)Math.Atanh(Math.Clamp(octaves / Octaves, -Most, Most)));
}

/// <summary>An event as a note.</summary>
/// <param name="Kind">Whether it begins here, goes on from the segment before, or is residual.</param>
/// <param name="Hertz">The fundamental frequency.</param>
/// <param name="DelaySeconds">By how much it begins later than its frame; may be negative.</param>
/// <param name="LengthSeconds">From there to where it begins to fade.</param>
/// <param name="Amplitude">How loud it is.</param>
public readonly record struct EventNote(EventKind Kind, double Hertz, double DelaySeconds, double LengthSeconds, double Amplitude);

/// <summary>What kind of event it is.</summary>
public enum EventKind
{
    /// <summary>A note that begins in the segment.</summary>
    Note,

    /// <summary>A note that goes on from the segment before.</summary>
    Continued,

    /// <summary>What notes cannot say.</summary>
    Residual,
}

/// <summary>What the events of a code are made of; each tensor (batch, events, samples).</summary>
public sealed class EventParts
{
    internal EventParts(Tensor impulse, Tensor resonance, Tensor convolved, Tensor dry, Tensor wet) =>
        (Impulse, Resonance, Convolved, Dry, Wet) = (impulse, resonance, convolved, dry, wet);

    /// <summary>The burst of noise that starts the event, as it is heard itself.</summary>
    public Tensor Impulse { get; }

    /// <summary>The resonance, as it is heard itself.</summary>
    public Tensor Resonance { get; }

    /// <summary>Impulse and resonance convolved: the resonance as the impulse excites it.</summary>
    public Tensor Convolved { get; }

    /// <summary>The three added; in models with a noise floor, with the event's share of it.</summary>
    public Tensor Dry { get; }

    /// <summary><see cref="Dry"/>, with reverb.</summary>
    public Tensor Wet { get; }

    /// <summary>Hands all tensors to the dispose scope around the current one.</summary>
    public EventParts MoveToOuterDisposeScope()
    {
        foreach (var part in (Tensor[])[Impulse, Resonance, Convolved, Dry, Wet]) part.MoveToOuterDisposeScope();
        return this;
    }
}
