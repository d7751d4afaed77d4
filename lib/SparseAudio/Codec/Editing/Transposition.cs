using System.Collections.Immutable;
using SparseAudio.Codec.Analysis;

namespace SparseAudio.Codec.Editing;

/// <summary>One event that was transposed.</summary>
/// <param name="Before">The event as it was.</param>
/// <param name="After">The event as it is now.</param>
/// <param name="WantedHz">The fundamental that was asked for, in Hz.</param>
/// <param name="GotHz">The fundamental that it has now, in Hz.</param>
public sealed record TransposedEvent(SoundEvent Before, SoundEvent After, double WantedHz, double GotHz)
{
    /// <summary>How far off it is, in cents.</summary>
    public double DeviationCents => Pitch.Cents(GotHz, WantedHz);
}

/// <summary>A transposed code and how exact the model's channels allow it to be.</summary>
/// <param name="Code">The new code.</param>
/// <param name="Events">What became of each selected event that has a pitch.</param>
/// <param name="WithoutPitch">Selected events that have no pitch and stayed as they were.</param>
public sealed record Transposition(SparseCode Code, ImmutableArray<TransposedEvent> Events, int WithoutPitch)
{
    /// <summary>The largest deviation of any event, in cents.</summary>
    public double WorstCents => Events.IsEmpty ? 0 : Events.Max(e => Math.Abs(e.DeviationCents));
}

/// <summary>Transposing a code by moving its events to other channels.</summary>
public static class CodeTransposition
{
    /// <summary>
    /// Transposes the selected events by <paramref name="semitones"/>, each to the channel whose fundamental is nearest, and from there by the
    /// detail that bends the pitch, where events have it.
    /// </summary>
    /// <exception cref="CodeEditException">The pitches are of another model, or sounds are missing.</exception>
    public static Transposition Transpose(
        this SparseCode code, EventQuery selection, double semitones, ChannelPitches pitches, ImmutableArray<EventSound> sounds = default)
    {
        if (pitches.Count != code.Layout.Channels)
            throw new CodeEditException($"There are pitches for {pitches.Count} channels; this code's model has {code.Layout.Channels}.");
        if (!double.IsFinite(semitones) || Math.Abs(semitones) > 120)
            throw new CodeEditException($"A code cannot be transposed by {semitones} semitones; stay between -120 and 120.");
        var moved = ImmutableArray.CreateBuilder<TransposedEvent>();
        var withoutPitch = 0;
        var ratio = Math.Pow(2, semitones / 12);
        var transposed = code.Change(selection, sounds, before =>
        {
            if (pitches.Of(before) is not { } hz || pitches.Nearest(hz * ratio, before.Channel) is not { } channel)
            {
                withoutPitch++;
                return before;
            }

            var after = before with { Channel = channel };
            if (pitches.Bend is { } bend)
                after = after with { Details = bend.Bent(before.Details, Math.Log2(hz * ratio / pitches[channel]!.Value)) };
            moved.Add(new TransposedEvent(before, after, hz * ratio, pitches.Of(after)!.Value));
            return after;
        });
        return new Transposition(transposed, moved.ToImmutable(), withoutPitch);
    }
}
