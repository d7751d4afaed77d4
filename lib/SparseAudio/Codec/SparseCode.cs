using System.Collections.Immutable;
using SparseAudio.Codec.Editing;

namespace SparseAudio.Codec;

/// <summary>
/// A recording as a list of events on one absolute time line, with what else the decoder needs. Immutable: the editing
/// methods (<see cref="CodeEditing"/>) return new codes. Events are kept in order of frame and channel; contexts in the order
/// in which the events first use them, each once.
/// </summary>
public sealed class SparseCode : IEquatable<SparseCode>
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
        CodeRules.Check(layout, length);
        Layout = layout;
        Model = model;
        Length = length;
        (Events, Contexts) = Canonical(events as IReadOnlyList<SoundEvent> ?? [.. events], contexts);
        var rules = Check(layout, length, Events);
        foreach (var context in Contexts) rules.Check(context);
    }

    /// <summary>The grid of the model.</summary>
    public CodeLayout Layout { get; }

    /// <summary>The fingerprint of the model that made the code.</summary>
    public string Model { get; }

    /// <summary>Samples of the recording.</summary>
    public long Length { get; }

    /// <summary>The events, by frame, then channel.</summary>
    public ImmutableArray<SoundEvent> Events { get; }

    /// <summary>The contexts in use.</summary>
    public ImmutableArray<SoundContext> Contexts { get; }

    /// <summary>Seconds of the recording.</summary>
    public double DurationSeconds => (double)Length / Layout.SampleRate;

    /// <summary>How many numbers each event has beyond its cell; 0 for models without.</summary>
    public int DetailCount => Events.IsEmpty ? 0 : Events[0].Details.Length;

    /// <summary>Whether every context is just what the segment's own events make, as in a code that was not edited.</summary>
    public bool HasDerivedContexts
    {
        get
        {
            var derived = new DerivedContexts(Layout);
            foreach (var heard in Heard) derived.Add(heard);
            return derived.End();
        }
    }

    /// <summary>The events with their contexts.</summary>
    internal IEnumerable<HeardEvent> Heard => Events.Select(e => new HeardEvent(e, Contexts[e.Context]));

    /// <summary>Makes a code whose contexts are those of its segments' own events, as the encoder leaves it.</summary>
    /// <param name="layout">The grid of the model.</param>
    /// <param name="model">The fingerprint of the model.</param>
    /// <param name="length">Samples of the recording.</param>
    /// <param name="events">The events, in any order; their contexts are set here.</param>
    /// <param name="level">The level of the segment that an event lies in; null: 1 everywhere.</param>
    /// <exception cref="ArgumentException">As the constructor's.</exception>
    public static SparseCode FromEvents(
        CodeLayout layout, string model, long length, IEnumerable<SoundEvent> events, Func<SoundEvent, float>? level = null)
    {
        layout.Validate();
        var given = events.ToList();
        Check(layout, length, given);
        var derived = new List<SoundEvent>();
        var contexts = new List<SoundContext>();
        foreach (var segment in given.OrderBy(e => e.Frame).ThenBy(e => e.Channel).GroupBy(layout.SegmentOf))
        {
            contexts.Add(SoundContext.Of(segment, level?.Invoke(segment.First()) ?? 1));
            derived.AddRange(segment.Select(e => e with { Context = contexts.Count - 1 }));
        }

        return new SparseCode(layout, model, length, derived, contexts);
    }

    /// <summary>The time of an event in seconds.</summary>
    public double SecondsOf(SoundEvent item) => item.Frame * Layout.SecondsPerFrame;

    /// <summary>The level that the event is heard at: its context's.</summary>
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
            var number = used.NumberOf(contexts[item.Context]);
            sorted.Add(item.Context == number ? item : item with { Context = number });
        }

        return (sorted.MoveToImmutable(), [.. used.All]);
    }

    // As most codes are, and then sorting would only take memory.
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
