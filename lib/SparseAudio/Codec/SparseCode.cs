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

    /// <summary>How many parameters each event has beyond channel, frame and amplitude; 0 for models without.</summary>
    public int DetailCount => Events.IsEmpty ? 0 : Events[0].Details.Length;

    /// <summary>Whether every context is the one that its segment's events make, as in a code that was not edited.</summary>
    public bool HasInferableContexts
    {
        get
        {
            var inference = new ContextInference(Layout);
            foreach (var item in EventsInContext()) inference.Add(item);
            return inference.End();
        }
    }

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
    private static (ImmutableArray<SoundEvent>, ImmutableArray<SoundContext>) Canonical(IReadOnlyList<SoundEvent> events, IReadOnlyList<SoundContext> contexts)
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
