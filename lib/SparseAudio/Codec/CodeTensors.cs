using System.Collections.Immutable;
using SparseAudio.Models;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Codec;

/// <summary>Codes to and from the model's tensors, exactly.</summary>
public static class CodeTensors
{
    /// <summary>The grid of a model's codes.</summary>
    public static CodeLayout LayoutOf(ModelConfig config) => new(config.SampleRate, config.Channels, config.Hop, config.Frames);

    /// <summary>One item of an encoding as a code of one segment.</summary>
    /// <param name="encoding">(batch, events)</param>
    /// <param name="config">The model's configuration.</param>
    /// <param name="model">The model's fingerprint.</param>
    /// <param name="item">Which item of the batch.</param>
    /// <param name="level">What the segment was divided by before it was encoded.</param>
    public static SparseCode ToCode(SparseEncoding encoding, ModelConfig config, string model, int item = 0, float level = 1)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        encoding.RequireConsistency();
        var events = Events(encoding, item);
        return ContextNumbers(encoding, item) is { } numbers
            ? new SparseCode(LayoutOf(config), model, config.Samples, events, [new SoundContext(numbers, level)])
            : SparseCode.FromEvents(LayoutOf(config), model, config.Samples, events, _ => level);
    }

    /// <summary>A code of one segment and one context as the model's tensors, the largest amplitude first, as the encoder gives them.</summary>
    /// <param name="code">A code no longer than a segment; its level is not in the tensors.</param>
    /// <param name="model">The model, for its context and device.</param>
    /// <returns>(1, events)</returns>
    /// <exception cref="ArgumentException">The code is longer than a segment or has more than one context.</exception>
    public static SparseEncoding ToEncoding(SparseCode code, SparseAudioModel model)
    {
        if (code.Length > code.Layout.SegmentSamples || code.Contexts.Length != 1)
            throw new ArgumentException(
                "Only a code of one segment and one context is one encoding; decode longer ones with CodeDecoder.", nameof(code));
        return ToEncoding(model, [new EventGroup(0, code.Contexts[0], code.Events)]);
    }

    /// <summary>The events of one item, in the encoder's order, without those of value 0.</summary>
    internal static IReadOnlyList<SoundEvent> Events(SparseEncoding encoding, int item)
    {
        using var scope = NewDisposeScope();
        var channels = Row(encoding.Channels, item).data<long>().ToArray();
        var frames = Row(encoding.Frames, item).data<long>().ToArray();
        var values = Row(encoding.Values, item).data<float>().ToArray();
        var details = encoding.Details is null ? [] : Row(encoding.Details, item).data<float>().ToArray();
        var gains = encoding.Gains is null ? null : Row(encoding.Gains, item).data<float>().ToArray();
        var width = details.Length / Math.Max(1, values.Length);
        return [.. values.Select((value, i) => new SoundEvent((int)frames[i], (int)channels[i], value)
        {
            Gain = gains?[i] ?? 1,
            Details = [.. details.AsSpan(i * width, width)],
        }).Where(e => e.Amplitude != 0)];
    }

    /// <summary>The context of one item where the encoder computed one, otherwise null.</summary>
    internal static ImmutableArray<float>? ContextNumbers(SparseEncoding encoding, int item)
    {
        if (encoding.Context is null) return null;
        using var scope = NewDisposeScope();
        return [.. Row(encoding.Context, item).data<float>().ToArray()];
    }

    /// <summary>
    /// Groups of events as tensors (groups, events), each group's largest amplitude first; smaller groups are padded with
    /// events of gain 0.
    /// </summary>
    internal static SparseEncoding ToEncoding(SparseAudioModel model, IReadOnlyList<EventGroup> groups)
    {
        using var scope = NewDisposeScope();
        var device = model.Device();
        var most = groups.Max(group => group.Events.Count);
        var events = groups.SelectMany(group => Padded([.. group.Events.OrderByDescending(e => e.Amplitude)], most)).ToList();
        Tensor Integers(IEnumerable<int> numbers) => tensor(numbers.Select(n => (long)n).ToArray(), [groups.Count, most], device: device);
        Tensor Numbers(IEnumerable<float> numbers) => Floats(numbers, device).view(groups.Count, most, -1);
        var encoding = new SparseEncoding(
            Integers(events.Select(e => e.Channel)),
            Integers(events.Select((e, i) => e.Frame - groups[i / most].FirstFrame)),
            Numbers(events.Select(e => e.Amplitude)).squeeze(2))
        {
            Context = cat([.. groups.Select(group => ContextOf(model, group.Context))], 0),
            Gains = events.All(e => e.Gain == 1) ? null : Numbers(events.Select(e => e.Gain)).squeeze(2),
        };
        return (encoding with { Details = Details() }).MoveToOuterDisposeScope();

        // Where some events have details and others none, these get those with which they sound as without any.
        Tensor? Details()
        {
            if (events.All(e => e.Details.IsEmpty)) return null;
            var given = Numbers(events.SelectMany(e => e.Details.IsEmpty ? new float[model.Config.DetailSize] : e.Details.AsEnumerable()));
            if (events.All(e => !e.Details.IsEmpty)) return given;
            using var fixedGraph = no_grad();
            return given + model.PlainDetails(encoding) * Numbers(events.Select(e => e.Details.IsEmpty ? 1f : 0));
        }
    }

    /// <summary>The device of a model's parameters.</summary>
    internal static Device Device(this SparseAudioModel model) => model.parameters().First().device;

    /// <summary>A context as the model's tensor (1, <see cref="ModelConfig.ContextWidth"/>).</summary>
    internal static Tensor ContextOf(SparseAudioModel model, SoundContext context)
    {
        var device = model.Device();
        if (!context.Numbers.IsEmpty) return Floats(context.Numbers, device);
        var channels = tensor(context.Channels.Select(c => (long)c).ToArray(), [1, context.Channels.Length], device: device);
        return model.ContextOf(new SparseEncoding(channels, zeros_like(channels), Floats(context.Amounts, device)));
    }

    private static Tensor Row(Tensor tensor, int item) => tensor.detach().select(0, item).cpu().flatten();

    private static IEnumerable<SoundEvent> Padded(IReadOnlyList<SoundEvent> events, int count) =>
        events.Concat(Enumerable.Repeat(events[^1] with { Gain = 0 }, count - events.Count));

    private static Tensor Floats(IEnumerable<float> numbers, Device device) =>
        tensor(numbers.ToArray(), device: CPU).IntoTorchMemory(device).unsqueeze(0);
}

/// <summary>Events that the model decodes as one item of a batch: of one segment and one context.</summary>
/// <param name="FirstFrame">The frame at which their segment begins.</param>
/// <param name="Context">Their context.</param>
/// <param name="Events">At least one.</param>
internal sealed record EventGroup(int FirstFrame, SoundContext Context, IReadOnlyList<SoundEvent> Events)
{
    // The segments that the groups of a batch span at most.
    private const int MostSegments = 16;

    // The events of a batch of small groups. Twice as many are hardly faster on a CPU and take 100 MB more.
    private const int MostInBatch = 32;

    /// <summary>Groups in order, in batches that the model decodes at once: one large group, or many with few events.</summary>
    /// <param name="events">The events of a code in the order of their frames.</param>
    /// <param name="layout">The grid of the code.</param>
    /// <param name="mostEvents">The events of a group at most: as many as the model's encoder finds in a segment.</param>
    public static IEnumerable<IReadOnlyList<EventGroup>> Batches(IEnumerable<EventInContext> events, CodeLayout layout, int mostEvents)
    {
        var batch = new List<EventGroup>();
        var largest = 0;
        foreach (var group in Segments(events, layout).SelectMany(segment => Groups(segment, layout, mostEvents)))
        {
            largest = Math.Max(largest, group.Events.Count);
            if (batch.Count > 0 && (
                (batch.Count + 1) * largest > MostInBatch || group.FirstFrame >= batch[0].FirstFrame + MostSegments * layout.SegmentFrames))
            {
                yield return batch;
                (batch, largest) = ([], group.Events.Count);
            }

            batch.Add(group);
        }

        if (batch.Count > 0) yield return batch;
    }

    private static IEnumerable<List<EventInContext>> Segments(IEnumerable<EventInContext> events, CodeLayout layout)
    {
        var segment = new List<EventInContext>();
        foreach (var item in events)
        {
            if (segment.Count > 0 && layout.SegmentOf(item.Event) != layout.SegmentOf(segment[0].Event))
            {
                yield return segment;
                segment = [];
            }

            segment.Add(item);
        }

        if (segment.Count > 0) yield return segment;
    }

    private static IEnumerable<EventGroup> Groups(List<EventInContext> segment, CodeLayout layout, int mostEvents)
    {
        var firstFrame = layout.SegmentOf(segment[0].Event) * layout.SegmentFrames;
        return segment.GroupBy(e => e.Context, e => e.Event)
            .SelectMany(group => group.Chunk(mostEvents).Select(events => new EventGroup(firstFrame, group.Key, events)));
    }
}
