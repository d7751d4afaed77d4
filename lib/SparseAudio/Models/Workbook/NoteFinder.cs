using SparseAudio.Data.Notes;
using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>A note as an event of a segment.</summary>
/// <param name="Kind">Whether it begins or goes on.</param>
/// <param name="Pitch">Its place on the grid of pitches.</param>
/// <param name="Frame">Its frame of the code.</param>
/// <param name="Value">Its amplitude.</param>
/// <param name="Bend">By how many steps of the grid its fundamental differs.</param>
/// <param name="DelayFrames">By how much it begins later than its frame.</param>
/// <param name="LengthSeconds">From there to its end.</param>
/// <param name="GoesOn">Whether it sounds beyond the segment's end, where the next segment continues it.</param>
internal readonly record struct NoteEvent(
    EventKind Kind, int Pitch, int Frame, float Value, double Bend, double DelayFrames, double LengthSeconds, bool GoesOn);

/// <summary>Finds the notes of segments: which begin and which go on, as the detector has it, how they are tuned and how loud they are.</summary>
internal sealed class NoteFinder(NoteDetector detector, PitchGrid grid, WorkbookConfig config)
{
    // A note that ends so soon after the border does not go on beyond it.
    private const double LeastRest = 0.025;

    // What goes on is faded over from one segment to the next: until then it is held.
    private const double HeldOverBorder = 0.030;

    /// <summary>The notes of every segment.</summary>
    /// <param name="window">(batch, 1, surroundings + samples + surroundings)</param>
    /// <returns>At most as many of each as a segment has events, the surest.</returns>
    public IReadOnlyList<IReadOnlyList<NoteEvent>> Find(Tensor window)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        detector.eval();
        var sound = window.squeeze(1);
        var heard = detector.forward(sound / sound.abs().amax([1], true).clamp_min(1e-6));
        var spectra = HarmonicAnalysis.SpectraOf(sound.narrow(1, config.SurroundingSamples, sound.shape[1] - config.SurroundingSamples), config);
        float[] Numbers(Tensor logits, int item) => logits[item].sigmoid().contiguous().cpu().data<float>().ToArray();
        return [.. Enumerable.Range(0, (int)window.shape[0]).Select(item => Of(
            Numbers(heard.Onsets, item), Numbers(heard.Activity, item), Numbers(heard.Velocities, item),
            new HarmonicAnalysis(spectra[item], config)))];
    }

    private List<NoteEvent> Of(float[] onsets, float[] activity, float[] velocities, HarmonicAnalysis analysis)
    {
        var before = (double)config.SurroundingSamples / config.SampleRate;
        var peaks = new NotePeaks();
        var notes = peaks.Find(onsets, activity, velocities, config.SampleRate)
            .Select(note => (
                note.Confidence, note.Label.Pitch, Onset: note.Label.OnsetSeconds - before, Offset: note.Label.OffsetSeconds - before))
            .ToList();
        var sounding = NotePeaks.SoundingAt(activity, config.SurroundingSamples / NoteTargets.Hop)
            .Where(pitch => !notes.Exists(note => note.Pitch == pitch.Pitch && note.Onset <= LeastRest && note.Offset > 0))
            .Select(pitch => (
                Confidence: pitch.Activity, Pitch: (double)pitch.Pitch, Onset: -before, Offset: pitch.EndFrame * FrameSeconds - before));
        return [.. notes.Concat(sounding).Where(note => note.Onset < SegmentSeconds && note.Offset > LeastRest)
            .OrderByDescending(note => note.Confidence).Take(config.Events)
            .Select(note => Event(note.Pitch, note.Onset, note.Offset, analysis)).OfType<NoteEvent>()];
    }

    private double FrameSeconds => (double)NoteTargets.Hop / config.SampleRate;

    private double SegmentSeconds => (double)config.Samples / config.SampleRate;

    // Null where the sound has nothing at that pitch.
    private NoteEvent? Event(double pitch, double onset, double offset, HarmonicAnalysis analysis)
    {
        var continues = onset < 0;
        var begin = Math.Max(0, onset);
        var hop = (double)config.Hop / config.SampleRate;
        var frame = Math.Min((int)(begin / hop), config.Frames - 1);
        var goesOn = offset > SegmentSeconds + LeastRest;
        var (hz, value) = analysis.Note(NoteLabel.HzOf(pitch), begin, offset);
        if (!(value > 0)) return null;
        var steps = grid.StepsTo(hz);
        var place = grid.Nearest(hz);
        var end = goesOn ? SegmentSeconds + HeldOverBorder : offset;
        return new NoteEvent(
            continues ? EventKind.Continued : EventKind.Note, place, frame, value, Math.Clamp(steps - place, -0.9, 0.9),
            continues ? 0 : begin / hop - frame, end - begin, goesOn);
    }
}
