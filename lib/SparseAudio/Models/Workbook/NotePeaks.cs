using SparseAudio.Data.Notes;

namespace SparseAudio.Models.Workbook;

/// <summary>Reads notes off the posteriors of a <see cref="NoteDetector"/>: onsets are their peaks, offsets where the activity ends.</summary>
/// <param name="Threshold">The least posterior of an onset.</param>
internal sealed record NotePeaks(double Threshold = NotePeaks.UsualThreshold)
{
    private const double UsualThreshold = 0.6;
    private const int PeakFrames = 4;
    private const double StrikesAgain = 0.4;
    private const double Silent = 0.35;
    private const double Sounds = 0.5;
    private const int ShortestFrames = 4;

    /// <summary>The notes of a stretch of posteriors, in the order of their onsets.</summary>
    /// <param name="onsets">(frames, pitches) after the sigmoid.</param>
    /// <param name="activity">(frames, pitches) after the sigmoid.</param>
    /// <param name="velocities">(frames, pitches) after the sigmoid.</param>
    /// <param name="sampleRate">Samples a second; a frame is <see cref="NoteTargets.Hop"/> samples.</param>
    public IReadOnlyList<FoundNote> Find(float[] onsets, float[] activity, float[] velocities, int sampleRate)
    {
        var frames = onsets.Length / NoteTargets.Pitches;
        var seconds = (double)NoteTargets.Hop / sampleRate;
        var notes = new List<FoundNote>();
        for (var pitch = 0; pitch < NoteTargets.Pitches; pitch++)
        {
            var peaks = Enumerable.Range(0, frames).Where(frame => IsPeak(onsets, frames, frame, pitch)).ToList();
            for (var i = 0; i < peaks.Count; i++)
            {
                var cell = peaks[i] * NoteTargets.Pitches + pitch;
                var next = peaks.Skip(i + 1).FirstOrDefault(frame => onsets[frame * NoteTargets.Pitches + pitch] > StrikesAgain, frames);
                var onset = (peaks[i] + Between(onsets, frames, peaks[i], pitch)) * seconds;
                var end = End(activity, peaks[i], next, pitch) * seconds;
                var velocity = (int)Math.Clamp(Math.Round(127 * velocities[cell]), 1, 127);
                notes.Add(new FoundNote(
                    new NoteLabel(Math.Max(0, onset), Math.Max(end, onset + 2 * seconds), NoteTargets.LowestPitch + pitch, Velocity: velocity),
                    onsets[cell]));
            }
        }

        return [.. notes.OrderBy(note => note.Label.OnsetSeconds).ThenBy(note => note.Label.Pitch)];
    }

    /// <summary>The pitches that sound at a frame, how surely, and where they end.</summary>
    /// <param name="activity">(frames, pitches) after the sigmoid.</param>
    /// <param name="frame">The frame.</param>
    public static IEnumerable<(int Pitch, double Activity, int EndFrame)> SoundingAt(float[] activity, int frame)
    {
        var frames = activity.Length / NoteTargets.Pitches;
        for (var pitch = 0; pitch < NoteTargets.Pitches; pitch++)
        {
            var mean = Enumerable.Range(frame, ShortestFrames).Average(at => activity[Math.Min(at, frames - 1) * NoteTargets.Pitches + pitch]);
            if (mean > Sounds) yield return (NoteTargets.LowestPitch + pitch, mean, End(activity, frame, frames, pitch));
        }
    }

    // The highest within four frames and a semitone; of equals the first.
    private bool IsPeak(float[] onsets, int frames, int frame, int pitch)
    {
        var height = onsets[frame * NoteTargets.Pitches + pitch];
        if (!(height > Threshold)) return false;
        for (var t = Math.Max(0, frame - PeakFrames); t <= Math.Min(frames - 1, frame + PeakFrames); t++)
        {
            for (var p = Math.Max(0, pitch - 1); p <= Math.Min(NoteTargets.Pitches - 1, pitch + 1); p++)
            {
                var other = onsets[t * NoteTargets.Pitches + p];
                if (other > height || (other == height && (t, p).CompareTo((frame, pitch)) < 0)) return false;
            }
        }

        return true;
    }

    // Where between frames the top of a parabola through the logarithms of three posteriors lies, -0.5 to 0.5.
    private static double Between(float[] onsets, int frames, int frame, int pitch)
    {
        if (frame == 0 || frame == frames - 1) return 0;
        double Log(int t) => Math.Log(onsets[t * NoteTargets.Pitches + pitch] + 1e-4);
        var (before, here, after) = (Log(frame - 1), Log(frame), Log(frame + 1));
        var curvature = before - 2 * here + after;
        return curvature < -1e-6 ? Math.Clamp((before - after) / (2 * curvature), -0.5, 0.5) : 0;
    }

    // The first frame in which the note sounds no more, or begins again.
    private static int End(float[] activity, int onset, int next, int pitch)
    {
        float At(int frame) => activity[Math.Clamp(frame, onset, next - 1) * NoteTargets.Pitches + pitch];
        for (var frame = onset + ShortestFrames; frame < next; frame++)
        {
            if ((At(frame - 1) + At(frame) + At(frame + 1)) / 3 < Silent) return frame;
        }

        return next;
    }
}

/// <summary>A note that was found, and how sure that is.</summary>
/// <param name="Label">The note; its program is not known.</param>
/// <param name="Confidence">The posterior of its onset, 0 to 1.</param>
public readonly record struct FoundNote(NoteLabel Label, double Confidence);
