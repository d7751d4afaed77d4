using System.Collections.Immutable;
using SparseAudio.Codec.Analysis;
using SparseAudio.Data.Notes;

namespace SparseAudio.Codec.Editing;

/// <summary>A note of a MIDI file.</summary>
/// <param name="Seconds">When it begins.</param>
/// <param name="Duration">How long it lasts, in seconds.</param>
/// <param name="Note">The MIDI note number, 0 to 127.</param>
/// <param name="Velocity">1 to 127.</param>
public sealed record MidiNote(double Seconds, double Duration, int Note, int Velocity);

/// <summary>
/// Codes as Standard MIDI Files. Where events are notes, those are the notes; otherwise an event that has a pitch becomes a note, as loud and as
/// long as the event.
/// </summary>
public static class MidiFile
{
    /// <summary>Events whose pitch confidence is lower than this become no notes.</summary>
    public const double LeastConfidence = 0.5;

    private const double QuietestDecibels = -60;
    private const double ShortestNote = 0.05;

    /// <summary>The notes of a code, whatever its model's events are.</summary>
    /// <param name="code">The code.</param>
    /// <param name="describer">Of the model that made it.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    public static ImmutableArray<MidiNote> NotesOf(
        SparseCode code, EventDescriber describer, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(describer);
        return describer.NotesOf(code) is { } notes ? NotesOf(notes) : NotesOf(code, describer.Describe(code, progress, cancellation));
    }

    /// <summary>Notes as MIDI has them: whole semitones, and loudness relative to the loudest. Notes outside MIDI's range are left out.</summary>
    public static ImmutableArray<MidiNote> NotesOf(ImmutableArray<CodeNote> notes)
    {
        var loudest = notes.IsEmpty ? 0 : notes.Max(note => note.Amplitude);
        int Relative(CodeNote note) => Velocity(20 * Math.Log10(note.Amplitude / loudest));
        return [.. notes.Where(note => Math.Round(note.Pitch) is >= 0 and <= 127).Select(note => new MidiNote(
            note.OnsetSeconds, Math.Max(ShortestNote, note.Seconds), (int)Math.Round(note.Pitch), Relative(note)))];
    }

    /// <summary>The notes of a code, given its events' sounds; events whose pitch is uncertain or outside MIDI's range are left out.</summary>
    public static ImmutableArray<MidiNote> NotesOf(SparseCode code, ImmutableArray<EventSound> sounds)
    {
        var loudest = sounds.IsEmpty ? 0 : sounds.Max(s => s.Energy);
        var notes = ImmutableArray.CreateBuilder<MidiNote>();
        for (var i = 0; i < code.Events.Length; i++)
        {
            var sound = sounds[i];
            if (sound.FundamentalHz is not { } hz || sound.PitchConfidence < LeastConfidence || sound.Energy <= 0) continue;
            var note = Math.Round(Pitch.NoteOf(hz));
            if (note is < 0 or > 127) continue;
            var decibels = 10 * Math.Log10(sound.Energy / loudest);
            notes.Add(new MidiNote(code.SecondsOf(code.Events[i]), Math.Max(ShortestNote, sound.DecaySeconds), (int)note, Velocity(decibels)));
        }

        return notes.ToImmutable();
    }

    /// <summary>The bytes of a MIDI file (format 0, 120 beats a minute). A note that begins again ends the one before.</summary>
    public static byte[] ToBytes(IEnumerable<MidiNote> notes) =>
        MidiWriter.ToBytes(notes.Select(n => new NoteLabel(n.Seconds, n.Seconds + n.Duration, n.Note, Velocity: n.Velocity)));

    /// <summary>How loud a velocity is, in decibels below the loudest note.</summary>
    internal static double DecibelsOf(double velocity) => QuietestDecibels * (1 - velocity / 127);

    private static int Velocity(double decibels) => (int)Math.Clamp(Math.Round(127 * (1 - decibels / QuietestDecibels)), 1, 127);
}
