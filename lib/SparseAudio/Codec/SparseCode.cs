using System.Collections.Immutable;

namespace SparseAudio.Codec;

/// <summary>A code whose events can be gone through in order, whether they are in memory or read from a file.</summary>
public interface ICode
{
    /// <summary>The grid of the model.</summary>
    CodeLayout Layout { get; }

    /// <summary>The fingerprint of the model that made the code and can decode it.</summary>
    string Model { get; }

    /// <summary>Samples of the recording.</summary>
    long Length { get; }

    /// <summary>The events by frame, then channel, each with its context.</summary>
    IEnumerable<EventInContext> EventsInContext();
}

/// <summary>
/// A recording as a list of events on one absolute time line, with what else the decoder needs. Immutable: editing returns a
/// new code. Events are kept in order of frame and channel; contexts in the order in which the events first use them, each once.
/// </summary>
public sealed class SparseCode : ICode, IEquatable<SparseCode>
{
    /// <summary>Makes a code of events; checks them, sorts them and drops contexts that none of them uses.</summary>
    /// <param name="layout">The grid of the model.</param>
    /// <param name="model">The fingerprint of the model that made the code and can decode it.</param>
    /// <param name="length">Samples of the recording.</param>
    /// <param name="events">The events, in any order.</param>
    /// <param name="contexts">The contexts that <see cref="SoundEvent.Context"/> counts in.</param>
    /// <exception cref="ArgumentException">An event lies outside the grid or the recording, or is not a number; the message names it.</exception>
    public SparseCode(CodeLayout layout, string model, long length, IEnumerable<SoundEvent> events, IReadOnlyList<SoundContext> contexts)
    {
        layout.Validate(length);
        (Layout, Model, Length) = (layout, model, length);
        (Events, Contexts) = Canonical(events as IReadOnlyList<SoundEvent> ?? [.. events], contexts);
        var rules = Check(layout, length, Events);
        foreach (var context in Contexts) rules.Check(context);
    }

    /// <inheritdoc/>
    public CodeLayout Layout { get; }

    /// <inheritdoc/>
    public string Model { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>The events, by frame, then channel.</summary>
    public ImmutableArray<SoundEvent> Events { get; }

    /// <summary>The contexts in use.</summary>
    public ImmutableArray<SoundContext> Contexts { get; }

    /// <summary>Seconds of the recording.</summary>
    public double DurationSeconds => (double)Length / Layout.SampleRate;

    /// <summary>How many parameters events have beyond channel, frame and amplitude, where they have any; 0 for models without.</summary>
    public int DetailCount => Events.Select(e => e.Details.Length).FirstOrDefault(count => count > 0);

    /// <summary>Whether every context is the one that its segment's events make, as in a code that was not edited.</summary>
    public bool HasInferableContexts => ContextInference.Holds(this);

    /// <summary>Makes a code whose contexts are those of its segments' own events, as the encoder leaves it.</summary>
    /// <param name="layout">The grid of the model.</param>
    /// <param name="model">The fingerprint of the model.</param>
    /// <param name="length">Samples of the recording.</param>
    /// <param name="events">The events, in any order; their contexts are set here.</param>
    /// <param name="level">The level of the segment that an event lies in; null: 1 everywhere.</param>
    /// <exception cref="ArgumentException">An event lies outside the grid or the recording, or is not a number; the message names it.</exception>
    public static SparseCode FromEvents(
        CodeLayout layout, string model, long length, IEnumerable<SoundEvent> events, Func<SoundEvent, float>? level = null)
    {
        layout.Validate();
        var given = events.ToList();
        Check(layout, length, given);
        var placed = new List<SoundEvent>();
        var contexts = new List<SoundContext>();
        foreach (var segment in given.OrderBy(e => e.Frame).ThenBy(e => e.Channel).GroupBy(layout.SegmentOf))
        {
            contexts.Add(SoundContext.Of(segment, level?.Invoke(segment.First()) ?? 1));
            placed.AddRange(segment.Select(e => e with { Context = contexts.Count - 1 }));
        }

        return new SparseCode(layout, model, length, placed, contexts);
    }

    /// <inheritdoc/>
    public IEnumerable<EventInContext> EventsInContext() => Events.Select(e => new EventInContext(e, Contexts[e.Context]));

    /// <summary>The time at which an event begins, in seconds.</summary>
    public double SecondsOf(SoundEvent item) => item.Frame * Layout.SecondsPerFrame;

    /// <summary>The level of the event's context, a factor on its sound.</summary>
    public float LevelOf(SoundEvent item) => Contexts[item.Context].Level;

    /// <summary>The same recording with other events; their contexts count in this code's.</summary>
    public SparseCode With(IEnumerable<SoundEvent> events, long? length = null) => new(Layout, Model, length ?? Length, events, Contexts);

    /// <inheritdoc/>
    public bool Equals(SparseCode? other) =>
        other is not null && Layout == other.Layout && Model == other.Model && Length == other.Length
        && Events.SequenceEqual(other.Events) && Contexts.SequenceEqual(other.Contexts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SparseCode);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Layout, Model, Length, Events.Length);

    // The sort is stable and does not look at contexts, so that doing it twice changes nothing.
    private static (ImmutableArray<SoundEvent>, ImmutableArray<SoundContext>) Canonical(
        IReadOnlyList<SoundEvent> events, IReadOnlyList<SoundContext> contexts)
    {
        var used = new DistinctContexts();
        var sorted = ImmutableArray.CreateBuilder<SoundEvent>(events.Count);
        IEnumerable<SoundEvent> inOrder = IsSorted(events) ? events : events.OrderBy(e => e.Frame).ThenBy(e => e.Channel);
        foreach (var item in inOrder)
        {
            if (item.Context < 0 || item.Context >= contexts.Count)
                throw new ArgumentException($"The event at frame {item.Frame} names context {item.Context}; the code has {contexts.Count}.");
            var index = used.IndexOf(contexts[item.Context]);
            sorted.Add(item.Context == index ? item : item with { Context = index });
        }

        return (sorted.MoveToImmutable(), [.. used.All]);
    }

    // Most codes are sorted already, and sorting them would only take memory.
    private static bool IsSorted(IReadOnlyList<SoundEvent> events)
    {
        for (var i = 1; i < events.Count; i++)
        {
            if ((events[i].Frame, events[i].Channel).CompareTo((events[i - 1].Frame, events[i - 1].Channel)) < 0) return false;
        }

        return true;
    }

    private static CodeRules Check(CodeLayout layout, long length, IEnumerable<SoundEvent> events)
    {
        var rules = new CodeRules(layout, layout.FramesOf(length));
        foreach (var item in events) rules.Check(item);
        return rules;
    }
}

/// <summary>One event: a channel of the encoding that begins to sound at a time with an amplitude, decoded in a context.</summary>
/// <param name="Frame">The frame on the code's absolute time line at which the event begins, from 0.</param>
/// <param name="Channel">The channel of the encoding, 0 to <see cref="CodeLayout.Channels"/> - 1.</param>
/// <param name="Amplitude">The encoder's activation. It also affects the timbre, so change the level with <see cref="Gain"/>.</param>
public sealed record SoundEvent(int Frame, int Channel, float Amplitude)
{
    /// <summary>A factor on the event's sound, 1 as encoded.</summary>
    public float Gain { get; init; } = 1;

    /// <summary>The index of the event's context among the code's contexts.</summary>
    public int Context { get; init; }

    /// <summary>
    /// The event's parameters beyond channel, frame and amplitude, for models that have them. Without them it sounds as the model expects of its
    /// channel and amplitude.
    /// </summary>
    public ImmutableArray<float> Details { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(SoundEvent? other) =>
        other is not null && Frame == other.Frame && Channel == other.Channel && Amplitude.Equals(other.Amplitude)
        && Gain.Equals(other.Gain) && Context == other.Context && Details.AsSpan().SequenceEqual(other.Details.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Frame, Channel, Amplitude, Gain, Context);
}

/// <summary>An event together with its context, for work that goes through a code in order and holds none of it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Context">The context that <see cref="SoundEvent.Context"/> is the index of.</param>
public readonly record struct EventInContext(SoundEvent Event, SoundContext Context);

/// <summary>
/// What the events of a segment share: the model computes the reverb and part of every event's timbre from it. It is either
/// the sum of amplitudes in each channel, or, for models whose encoder computes a context, that vector. Events that are moved
/// or taken out of their segment keep their context, so that they still sound the same.
/// </summary>
public sealed class SoundContext : IEquatable<SoundContext>
{
    /// <summary>Makes a context of the amounts per channel.</summary>
    /// <param name="channels">The channels that have events, ascending.</param>
    /// <param name="amounts">The sum of each channel's amplitudes.</param>
    /// <param name="level">The factor that encoding divided the segment by, applied to the sound of all events of the context.</param>
    /// <exception cref="ArgumentException">The lists differ in length, the channels are not ascending, or a number is not finite.</exception>
    public SoundContext(ImmutableArray<int> channels, ImmutableArray<float> amounts, float level = 1)
    {
        if (!(Math.Abs(level) <= CodeRules.LargestNumber))
            throw new ArgumentException($"A context's level must be finite and at most {CodeRules.LargestNumber:N0}, not {level}.");
        if (channels.Length != amounts.Length)
            throw new ArgumentException($"A context needs one amount per channel; it has {channels.Length} channels and {amounts.Length} amounts.");
        for (var i = 0; i < channels.Length; i++)
        {
            if (channels[i] < 0 || (i > 0 && channels[i] <= channels[i - 1]))
                throw new ArgumentException($"A context's channels must ascend from 0; number {i} is {channels[i]}.");
            if (!(Math.Abs(amounts[i]) <= CodeRules.LargestNumber))
                throw new ArgumentException($"A context's amounts must be at most {CodeRules.LargestNumber:N0}; number {i} is {amounts[i]}.");
        }

        (Channels, Amounts, Level, Numbers) = (channels, amounts, level, []);
    }

    /// <summary>Makes a context of the vector that the encoder computed.</summary>
    /// <param name="numbers">As many numbers as the model's context is wide.</param>
    /// <param name="level">The factor that encoding divided the segment by.</param>
    /// <exception cref="ArgumentException">A number is not finite, or absurdly large.</exception>
    public SoundContext(ImmutableArray<float> numbers, float level = 1) : this([], [], level)
    {
        if (numbers.Any(n => !(Math.Abs(n) <= CodeRules.LargestNumber)))
            throw new ArgumentException($"A context's numbers must be finite and at most {CodeRules.LargestNumber:N0}.");
        Numbers = numbers;
    }

    /// <summary>The channels that have events, ascending.</summary>
    public ImmutableArray<int> Channels { get; }

    /// <summary>The sum of each channel's amplitudes, in the order of <see cref="Channels"/>.</summary>
    public ImmutableArray<float> Amounts { get; }

    /// <summary>The factor that encoding divided the segment by, applied to the sound of all events of the context.</summary>
    public float Level { get; }

    /// <summary>The vector that the encoder computed, for models that have one; otherwise empty.</summary>
    public ImmutableArray<float> Numbers { get; }

    /// <summary>The same context at another level.</summary>
    public SoundContext WithLevel(float level) => Numbers.IsEmpty ? new(Channels, Amounts, level) : new(Numbers, level);

    /// <summary>The context that <paramref name="events"/> make: their amplitudes, summed per channel in the order given.</summary>
    public static SoundContext Of(IEnumerable<SoundEvent> events, float level = 1)
    {
        var sums = new SortedDictionary<int, float>();
        foreach (var item in events) sums[item.Channel] = sums.GetValueOrDefault(item.Channel) + item.Amplitude;
        return new SoundContext([.. sums.Keys], [.. sums.Values], level);
    }

    /// <inheritdoc/>
    public bool Equals(SoundContext? other) =>
        other is not null && Level.Equals(other.Level) && Numbers.AsSpan().SequenceEqual(other.Numbers.AsSpan())
        && Channels.AsSpan().SequenceEqual(other.Channels.AsSpan()) && Amounts.AsSpan().SequenceEqual(other.Amounts.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SoundContext);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Level);
        foreach (var channel in Channels) hash.Add(channel);
        foreach (var amount in Amounts) hash.Add(amount);
        foreach (var number in Numbers) hash.Add(number);
        return hash.ToHashCode();
    }
}

/// <summary>Contexts in the order in which they first come, each once.</summary>
internal sealed class DistinctContexts
{
    private readonly Dictionary<SoundContext, int> _indices = [];
    private readonly List<SoundContext> _contexts = [];

    public IReadOnlyList<SoundContext> All => _contexts;

    /// <summary>The index of a context; a new one gets the next.</summary>
    public int IndexOf(SoundContext context)
    {
        if (_indices.TryGetValue(context, out var index)) return index;
        _contexts.Add(context);
        return _indices[context] = _contexts.Count - 1;
    }
}

/// <summary>
/// The grid on which a code's events lie, fixed by the model: <paramref name="Channels"/> channels by frames of
/// <paramref name="Hop"/> samples, cut into segments of <paramref name="SegmentFrames"/> frames that were encoded together.
/// </summary>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Channels">How many channels there are.</param>
/// <param name="Hop">Samples from one frame to the next.</param>
/// <param name="SegmentFrames">Frames of a segment.</param>
public sealed record CodeLayout(int SampleRate = 22050, int Channels = 4096, int Hop = 256, int SegmentFrames = 128)
{
    /// <summary>Samples of a segment.</summary>
    public int SegmentSamples => Hop * SegmentFrames;

    /// <summary>Seconds from one frame to the next.</summary>
    public double SecondsPerFrame => (double)Hop / SampleRate;

    /// <summary>The number of segments that <paramref name="samples"/> samples take.</summary>
    public int SegmentsOf(long samples) => checked((int)((samples + SegmentSamples - 1) / SegmentSamples));

    /// <summary>The number of frames that <paramref name="samples"/> samples take.</summary>
    public long FramesOf(long samples) => (samples + Hop - 1) / Hop;

    /// <summary>The segment that an event begins in.</summary>
    internal int SegmentOf(SoundEvent item) => item.Frame / SegmentFrames;

    /// <summary>Checks that every number is one that a model could have.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is absurd; the message names it.</exception>
    public void Validate()
    {
        Check(SampleRate, 1000, 768_000, nameof(SampleRate));
        Check(Channels, 1, 1 << 20, nameof(Channels));
        Check(Hop, 1, 1 << 16, nameof(Hop));
        Check(SegmentFrames, 1, 1 << 16, nameof(SegmentFrames));
    }

    /// <summary>Checks the grid and the length of a code on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is absurd; the message names it.</exception>
    internal void Validate(long length)
    {
        Validate();
        if (length < 0 || length > (long)int.MaxValue * Hop)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"A code cannot be {length} samples long.");
    }

    private static void Check(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"The code's {name} is {value}; it must be between {least} and {most}.");
    }
}

/// <summary>Checks the events and contexts of one code as they come: each alone, and that all have as many numbers as the first.</summary>
/// <param name="layout">The grid of the code.</param>
/// <param name="frames">Frames of the recording.</param>
internal sealed class CodeRules(CodeLayout layout, long frames)
{
    /// <summary>No amplitude, gain, level or detail is beyond it, so that their products stay numbers.</summary>
    public const float LargestNumber = 1e6f;

    /// <summary>Events that can begin in one segment; encoders find at most 64, edits may put several codes together.</summary>
    public const int MostEventsInSegment = 16_384;

    /// <summary>Details of an event, or numbers of a context; models have some ten of them.</summary>
    public const int MostNumbers = 512;

    private int? _details;
    private int _segment;
    private int _inSegment;
    private int? _numbers;

    /// <exception cref="ArgumentException">The event lies outside the grid or the recording, or is not a number; the message names it.</exception>
    public void Check(SoundEvent item)
    {
        if (item.Frame < 0 || item.Frame >= frames)
            throw new ArgumentException($"An event lies at frame {item.Frame}; the recording has frames 0 to {frames - 1}.");
        if (item.Channel < 0 || item.Channel >= layout.Channels)
            throw new ArgumentException(
                $"The event at frame {item.Frame} has channel {item.Channel}; the model has channels 0 to {layout.Channels - 1}.");
        if (!(Math.Abs(item.Amplitude) <= LargestNumber) || !(Math.Abs(item.Gain) <= LargestNumber))
            throw new ArgumentException(
                $"The event at frame {item.Frame}, channel {item.Channel}, has an amplitude or gain that is not a finite number "
                    + $"of at most {LargestNumber:N0}.");
        if (layout.SegmentOf(item) != _segment) (_segment, _inSegment) = (layout.SegmentOf(item), 0);
        if (++_inSegment > MostEventsInSegment)
            throw new ArgumentException($"More than {MostEventsInSegment:N0} events lie in the segment of frame {item.Frame}.");
        if (item.Details.Length > MostNumbers)
            throw new ArgumentException(
                $"The event at frame {item.Frame}, channel {item.Channel}, has {item.Details.Length} details; {MostNumbers} are possible.");
        if (item.Details.IsEmpty) return;
        _details ??= item.Details.Length;
        if (item.Details.Length != _details || item.Details.Any(d => !(Math.Abs(d) <= LargestNumber)))
            throw new ArgumentException(
                $"The event at frame {item.Frame}, channel {item.Channel}, has neither no details nor {_details} finite ones like those before, "
                    + $"of at most {LargestNumber:N0}.");
    }

    /// <exception cref="ArgumentException">The context is of another model than the grid or the contexts before.</exception>
    public void Check(SoundContext context)
    {
        if (!context.Channels.IsEmpty && context.Channels[^1] >= layout.Channels)
            throw new ArgumentException($"A context has a channel above {layout.Channels - 1}, the model's last.");
        if (context.Numbers.Length > MostNumbers)
            throw new ArgumentException($"A context has {context.Numbers.Length} numbers; {MostNumbers} are possible.");
        _numbers ??= context.Numbers.Length;
        if (context.Numbers.Length != _numbers)
            throw new ArgumentException("The contexts have different counts of numbers; they come from different models.");
    }
}
