using SparseAudio.Codec.Analysis;
using SparseAudio.Data.Notes;
using SparseAudio.Models;
using SparseAudio.Models.Workbook;

namespace SparseAudio.Codec.Editing;

/// <summary>
/// Plays notes with the timbres of a recording: every note is an event of the recording's code, at another pitch, time, length and loudness.
/// </summary>
public sealed class NotePerformance
{
    private readonly PitchGrid _grid;
    private readonly SparseCode _timbres;
    private readonly (CodeNote Note, SoundEvent Event)[] _donors;

    /// <summary>Looks for the notes of a recording.</summary>
    /// <param name="model">The model that made the code.</param>
    /// <param name="timbres">The recording's code.</param>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    /// <exception cref="CodeEditException">No note begins in the code.</exception>
    public NotePerformance(WorkbookModel model, SparseCode timbres)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(timbres);
        (_grid, _timbres) = (model.Grid, timbres);
        _donors = [.. (new EventDescriber(model).NotesOf(timbres) ?? []).Select(note => (Note: note, Event: timbres.Events[note.Events[0]]))
            .Where(donor => _grid.KindOf(donor.Event.Channel) == EventKind.Note)];
        if (_donors.Length == 0) throw new CodeEditException("No note begins in the code whose timbres are wanted; take a recording with notes.");
    }

    /// <summary>The notes as a code. Each takes the timbre of the recording's note that is nearest in pitch, then in loudness.</summary>
    /// <param name="notes">What to play; an octave or more away from all of the recording's notes, timbres are stretched accordingly.</param>
    /// <exception cref="CodeEditException">There are no notes.</exception>
    public SparseCode Play(IReadOnlyList<NoteLabel> notes)
    {
        ArgumentNullException.ThrowIfNull(notes);
        if (notes.Count == 0) throw new CodeEditException("There are no notes to play.");
        var loudest = _donors.Max(donor => donor.Note.Amplitude);
        var length = (long)Math.Ceiling((notes.Max(note => note.OffsetSeconds) + 0.5) * _timbres.Layout.SampleRate);
        return _timbres.With([.. notes.Select(note => Event(note, loudest))], length);
    }

    private SoundEvent Event(NoteLabel note, double loudest)
    {
        var level = loudest * Math.Pow(10, MidiFile.DecibelsOf(note.Velocity) / 20);
        var (donor, item) = _donors.MinBy(d => (Math.Round(Math.Abs(d.Note.Pitch - note.Pitch)), Math.Abs(Math.Log(d.Note.Amplitude / level))));
        var hz = NoteLabel.HzOf(note.Pitch);
        var place = _grid.Nearest(hz);
        var frames = note.OnsetSeconds / _timbres.Layout.SecondsPerFrame;
        var details = item.Details.ToArray();
        if (details.Length > 0)
        {
            details[SynthParameters.Pitch] = (float)Math.Atanh(Math.Clamp(_grid.StepsTo(hz) - place, -0.9, 0.9));
            details[SynthParameters.Delay] = (float)Math.Atanh((frames - Math.Floor(frames)) / SynthControls.MostDelay);
            details[SynthParameters.Length] = (float)LogRange.Length.Raw(note.OffsetSeconds - note.OnsetSeconds);
        }

        return item with
        {
            Frame = (int)frames,
            Channel = place * _grid.Variants + item.Channel % _grid.Variants,
            Gain = (float)(item.Gain * level / donor.Amplitude),
            Details = [.. details],
        };
    }
}
