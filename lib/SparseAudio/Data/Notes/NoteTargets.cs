namespace SparseAudio.Data.Notes;

/// <summary>
/// What a note detector should say of a piece of a labelled recording, on a grid of frames and semitones: where notes begin, where they
/// sound, how hard they are struck.
/// </summary>
public sealed class NoteTargets
{
    /// <summary>MIDI note number of the lowest pitch of the grid: 41 Hz.</summary>
    public const int LowestPitch = 28;

    /// <summary>Number of pitches of the grid, a semitone apart, up to 3951 Hz.</summary>
    public const int Pitches = 80;

    /// <summary>Samples from one frame to the next.</summary>
    public const int Hop = 256;

    // An onset between frames is told by the heights of a bell (standard deviation in frames) at its neighbours.
    private const double OnsetWidth = 1.1;
    private const int OnsetReach = 4;

    private NoteTargets(int frames) => (Frames, Onsets, Activity, Velocities) =
        (frames, new float[frames * Pitches], new float[frames * Pitches], new float[frames * Pitches]);

    /// <summary>Number of frames.</summary>
    public int Frames { get; }

    /// <summary>(frames, pitches): 1 where a note begins, falling to 0 within four frames.</summary>
    public float[] Onsets { get; }

    /// <summary>(frames, pitches): 1 from a note's onset to its offset, otherwise 0.</summary>
    public float[] Activity { get; }

    /// <summary>(frames, pitches): the velocity around an onset, 0 to 1; 0 elsewhere.</summary>
    public float[] Velocities { get; }

    /// <summary>The targets of a stretch of a recording.</summary>
    /// <param name="notes">The recording's notes; those outside the stretch or the grid are left out.</param>
    /// <param name="startSeconds">Where the stretch begins.</param>
    /// <param name="frames">How many frames it has.</param>
    /// <param name="sampleRate">Samples a second.</param>
    public static NoteTargets Of(IEnumerable<NoteLabel> notes, double startSeconds, int frames, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(notes);
        var targets = new NoteTargets(frames);
        var rate = (double)sampleRate / Hop;
        foreach (var note in notes)
        {
            var pitch = (int)Math.Round(note.Pitch) - LowestPitch;
            if (pitch is < 0 or >= Pitches) continue;
            targets.Add((note.OnsetSeconds - startSeconds) * rate, (note.OffsetSeconds - startSeconds) * rate, pitch, note.Velocity / 127f);
        }

        return targets;
    }

    private void Add(double onset, double offset, int pitch, float velocity)
    {
        if (offset < 0 || onset > Frames + OnsetReach) return;
        for (var frame = Math.Max(0, (int)Math.Round(onset)); frame < Math.Min(Frames, Math.Max(Math.Round(offset), Math.Round(onset) + 1)); frame++)
            Activity[frame * Pitches + pitch] = 1;
        for (var frame = Math.Max(0, (int)onset - OnsetReach); frame < Math.Min(Frames, (int)onset + OnsetReach + 2); frame++)
        {
            var distance = (frame - onset) / OnsetWidth;
            var height = (float)Math.Exp(-0.5 * distance * distance);
            var cell = frame * Pitches + pitch;
            if (height > Onsets[cell]) (Onsets[cell], Velocities[cell]) = (height, velocity);
        }
    }
}
