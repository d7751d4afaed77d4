using SparseAudio.Codec.Analysis;

namespace SparseAudio.Codec.Editing;

/// <summary>What a selection asks about an event: its place, its time, and its sound where that was computed.</summary>
/// <param name="Event">The event.</param>
/// <param name="Seconds">When it begins, or the note that it is a part of, where that is known.</param>
/// <param name="Sound">How the decoded event sounds, or null where that was not computed.</param>
public sealed record EventView(SoundEvent Event, double Seconds, EventSound? Sound);

/// <summary>
/// A selection of events: ranges of time, channel, amplitude, pitch, energy and so on, combined with <c>&amp;</c>, <c>|</c>
/// and <c>!</c>. Ranges include both ends; an end that is left out is open. <see cref="EventQueryText"/> reads them from text.
/// </summary>
public sealed class EventQuery
{
    private readonly Func<EventView, bool> _matches;

    private EventQuery(Func<EventView, bool> matches, bool needsSound = false)
    {
        _matches = matches;
        NeedsSound = needsSound;
    }

    /// <summary>Every event.</summary>
    public static EventQuery All { get; } = new(_ => true);

    /// <summary>Whether the events' sounds are needed to tell, so that the model must decode them first.</summary>
    public bool NeedsSound { get; }

    /// <summary>Events that begin between two times, in seconds.</summary>
    public static EventQuery Time(double? from, double? to) => Range(v => v.Seconds, from, to);

    /// <summary>Events on frames between two.</summary>
    public static EventQuery Frame(double? from, double? to) => Range(v => v.Event.Frame, from, to);

    /// <summary>Events of channels between two.</summary>
    public static EventQuery Channel(double? from, double? to) => Range(v => v.Event.Channel, from, to);

    /// <summary>Events whose amplitude, times its gain, has a magnitude between two.</summary>
    public static EventQuery Amplitude(double? from, double? to) => Range(v => Math.Abs(v.Event.Amplitude * v.Event.Gain), from, to);

    /// <summary>Events whose fundamental lies between two frequencies in Hz; those without a pitch are in no range.</summary>
    public static EventQuery Frequency(double? from, double? to) => RangeOfSound(s => s.FundamentalHz, from, to);

    /// <summary>Whole notes whose fundamental lies between two frequencies in Hz, in models whose events are notes.</summary>
    public static EventQuery Note(double? from, double? to) => RangeOfSound(s => s.PartOf?.Hertz, from, to);

    /// <summary>Events whose spectral centroid lies between two frequencies in Hz.</summary>
    public static EventQuery Brightness(double? from, double? to) => RangeOfSound(s => s.CentroidHz, from, to);

    /// <summary>Events with a share of the energy between two percentages.</summary>
    public static EventQuery Energy(double? fromPercent, double? toPercent) => RangeOfSound(s => s.EnergyShare * 100, fromPercent, toPercent);

    /// <summary>Events whose decay by 60 dB takes between two times, in seconds.</summary>
    public static EventQuery Decay(double? from, double? to) => RangeOfSound(s => s.DecaySeconds, from, to);

    /// <summary>Events that both sides select.</summary>
    public static EventQuery operator &(EventQuery left, EventQuery right) =>
        new(v => left._matches(v) && right._matches(v), left.NeedsSound || right.NeedsSound);

    /// <summary>Events that either side selects.</summary>
    public static EventQuery operator |(EventQuery left, EventQuery right) =>
        new(v => left._matches(v) || right._matches(v), left.NeedsSound || right.NeedsSound);

    /// <summary>Events that the selection leaves out.</summary>
    public static EventQuery operator !(EventQuery selection) => new(v => !selection._matches(v), selection.NeedsSound);

    /// <summary>Whether the selection includes the event.</summary>
    /// <exception cref="CodeEditException">The event's sound is needed and was not computed.</exception>
    public bool Includes(EventView view)
    {
        if (NeedsSound && view.Sound is null)
            throw new CodeEditException(
                "Selecting by pitch, brightness, energy or decay needs the events' sounds; describe them with the model first.");
        return _matches(view);
    }

    private static EventQuery RangeOfSound(Func<EventSound, double?> value, double? from, double? to) =>
        Range(v => value(v.Sound!), from, to, needsSound: true);

    private static EventQuery Range(Func<EventView, double?> value, double? from, double? to, bool needsSound = false)
    {
        if (from > to) throw new CodeEditException($"A range cannot run from {from} to {to}; give the smaller number first.");
        return new EventQuery(v => value(v) is { } number && !(number < from) && !(number > to), needsSound);
    }
}
