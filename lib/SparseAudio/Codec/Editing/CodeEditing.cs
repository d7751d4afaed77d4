using System.Collections.Immutable;
using SparseAudio.Codec.Analysis;

namespace SparseAudio.Codec.Editing;

/// <summary>
/// Edits of a code, each returning a new one. Events keep the context they were encoded in, so those that remain sound as
/// before. A selection that asks about sounds needs them given, one per event, in the code's order.
/// </summary>
public static class CodeEditing
{
    /// <summary>Only the selected events.</summary>
    /// <exception cref="CodeEditException">The selection needs sounds that were not given.</exception>
    public static SparseCode Solo(this SparseCode code, EventQuery selection, ImmutableArray<EventSound> sounds = default) =>
        code.With(Where(code, selection, sounds, selected: true));

    /// <summary>All but the selected events.</summary>
    /// <exception cref="CodeEditException">The selection needs sounds that were not given.</exception>
    public static SparseCode Mute(this SparseCode code, EventQuery selection, ImmutableArray<EventSound> sounds = default) =>
        code.With(Where(code, selection, sounds, selected: false));

    /// <summary>The selected events louder or softer by <paramref name="decibels"/>, with the same timbre.</summary>
    /// <exception cref="CodeEditException">The selection needs sounds that were not given.</exception>
    public static SparseCode Gain(this SparseCode code, EventQuery selection, double decibels, ImmutableArray<EventSound> sounds = default)
    {
        if (!double.IsFinite(decibels) || Math.Abs(decibels) > 200)
            throw new CodeEditException($"A gain of {decibels} dB is not possible; stay between -200 and 200.");
        var factor = (float)Math.Pow(10, decibels / 20);
        return code.Change(selection, sounds, e => e with { Gain = e.Gain * factor });
    }

    /// <summary>
    /// The selected events later (or earlier) by <paramref name="seconds"/>, to the nearest frame. The recording becomes longer
    /// where they would begin after its end.
    /// </summary>
    /// <exception cref="CodeEditException">An event would begin before the recording, or sounds are missing.</exception>
    public static SparseCode Move(this SparseCode code, EventQuery selection, double seconds, ImmutableArray<EventSound> sounds = default)
    {
        var frames = code.FramesOf(seconds);
        var moved = code.Changed(selection, sounds, e => e with { Frame = checked(e.Frame + frames) });
        if (moved.Find(e => e.Frame < 0) is { } early)
            throw new CodeEditException(
                $"Moving by {seconds} s would put an event {-code.SecondsOf(early):F3} s before the recording begins; move by less, or select "
                    + $"later events.");
        var grows = moved.Any(e => (long)e.Frame * code.Layout.Hop >= code.Length);
        return code.With(moved, code.Length + (grows ? (long)frames * code.Layout.Hop : 0));
    }

    /// <summary>The time line stretched by <paramref name="factor"/>: events begin later, each with the duration and pitch it had.</summary>
    /// <exception cref="CodeEditException">The factor is not between 0.01 and 100.</exception>
    public static SparseCode Stretch(this SparseCode code, double factor)
    {
        if (!(factor is >= 0.01 and <= 100))
            throw new CodeEditException($"The time line cannot be stretched by {factor}; use a factor from 0.01 to 100.");
        var length = (long)Math.Ceiling(code.Length * factor);
        var last = (int)Math.Max(0, (length - 1) / code.Layout.Hop);
        return code.With(code.Events.Select(e => e with { Frame = (int)Math.Min(last, Math.Round(e.Frame * factor)) }), length);
    }

    /// <summary>The <paramref name="count"/> strongest events: by energy where sounds are given, else by amplitude.</summary>
    public static SparseCode Strongest(this SparseCode code, int count, ImmutableArray<EventSound> sounds = default)
    {
        if (count < 0) throw new CodeEditException($"A code cannot keep {count} events; give 0 or more.");
        CheckSounds(code, sounds);
        return code.With(Enumerable.Range(0, code.Events.Length)
            .OrderByDescending(i => sounds.IsDefault ? Math.Abs(code.Events[i].Amplitude * code.Events[i].Gain) : sounds[i].Energy)
            .Take(count).Order().Select(i => code.Events[i]));
    }

    /// <summary>The events of both codes, the other one beginning at <paramref name="atSeconds"/>.</summary>
    /// <exception cref="CodeEditException">The codes are of different models, or the other would begin before this one.</exception>
    public static SparseCode Merge(this SparseCode code, SparseCode other, double atSeconds = 0)
    {
        CheckSameModel(code, other);
        var frames = code.FramesOf(atSeconds);
        if (frames < 0) throw new CodeEditException($"The other code cannot begin at {atSeconds} s; merge the other way round.");
        var moved = other.Events.Select(e => e with { Frame = checked(e.Frame + frames), Context = e.Context + code.Contexts.Length });
        var length = Math.Max(code.Length, other.Length + (long)frames * code.Layout.Hop);
        return new SparseCode(code.Layout, code.Model, length, [.. code.Events, .. moved], [.. code.Contexts, .. other.Contexts]);
    }

    /// <summary>
    /// This code's events in the other's contexts, and so in its reverb: the first context for the first, and so on, the last for the rest.
    /// </summary>
    /// <exception cref="CodeEditException">The codes are of different models, or the other is empty.</exception>
    public static SparseCode WithContextsOf(this SparseCode code, SparseCode other)
    {
        CheckSameModel(code, other);
        if (other.Contexts.IsEmpty) throw new CodeEditException("The other code is silent: it has no context to take over.");
        var contexts = code.Contexts.Select((own, i) => other.Contexts[Math.Min(i, other.Contexts.Length - 1)].WithLevel(own.Level));
        return new SparseCode(code.Layout, code.Model, code.Length, code.Events, [.. contexts]);
    }

    /// <summary>The pure code: of each event only frame, channel, amplitude and gain.</summary>
    public static SparseCode WithoutDetails(this SparseCode code) => code.With(code.Events.Select(e => e with { Details = [] }));

    /// <summary>The code with the selected events changed by <paramref name="change"/>.</summary>
    internal static SparseCode Change(this SparseCode code, EventQuery selection, ImmutableArray<EventSound> sounds, Func<SoundEvent,
        SoundEvent> change) =>
        code.With(code.Changed(selection, sounds, change));

    private static List<SoundEvent> Changed(
        this SparseCode code, EventQuery selection, ImmutableArray<EventSound> sounds, Func<SoundEvent, SoundEvent> change)
    {
        CheckSounds(code, sounds);
        return [.. code.Events.Select((e, i) => selection.Includes(View(code, sounds, i)) ? change(e) : e)];
    }

    private static IEnumerable<SoundEvent> Where(SparseCode code, EventQuery selection, ImmutableArray<EventSound> sounds, bool selected)
    {
        CheckSounds(code, sounds);
        return code.Events.Where((_, i) => selection.Includes(View(code, sounds, i)) == selected);
    }

    private static EventView View(SparseCode code, ImmutableArray<EventSound> sounds, int index) =>
        sounds.IsDefault
            ? new(code.Events[index], code.SecondsOf(code.Events[index]), null)
            : new(code.Events[index], sounds[index].PartOf?.OnsetSeconds ?? code.SecondsOf(code.Events[index]), sounds[index]);

    private static void CheckSounds(SparseCode code, ImmutableArray<EventSound> sounds)
    {
        if (!sounds.IsDefault && sounds.Length != code.Events.Length)
            throw new CodeEditException($"There are {sounds.Length} sounds for {code.Events.Length} events; describe this very code.");
    }

    private static int FramesOf(this SparseCode code, double seconds)
    {
        var frames = Math.Round(seconds / code.Layout.SecondsPerFrame);
        return Math.Abs(frames) < int.MaxValue / 2 ? (int)frames : throw new CodeEditException($"Events cannot be moved by {seconds} s.");
    }

    private static void CheckSameModel(SparseCode code, SparseCode other)
    {
        if (code.Layout != other.Layout || code.Model != other.Model)
            throw new CodeEditException($"The codes are of different models ({code.Model} and {other.Model}); encode both with the same one.");
    }
}

/// <summary>An edit that a code does not allow; the message says what stands in the way and what to do.</summary>
public sealed class CodeEditException(string message) : Exception(message);
