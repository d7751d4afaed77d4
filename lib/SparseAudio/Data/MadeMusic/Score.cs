using NAudio.Midi;
using SparseAudio.Data.Notes;

namespace SparseAudio.Data.MadeMusic;

/// <summary>A note of a score.</summary>
/// <param name="Tick">When it begins; see <see cref="MidiWriter.TicksPerSecond"/>.</param>
/// <param name="EndTick">When it ends.</param>
/// <param name="Key">MIDI note number.</param>
/// <param name="Velocity">1 to 127.</param>
/// <param name="Part">The place of its part in the score's parts.</param>
internal readonly record struct ScoreNote(long Tick, long EndTick, int Key, int Velocity, int Part);

/// <summary>An instrument of a score.</summary>
/// <param name="Instrument">The instrument.</param>
/// <param name="Volume">MIDI volume, 1 to 127.</param>
/// <param name="Wheel">Position of the pitch wheel, which tunes the part: 8192 for A4 at 440 Hz, an end for two semitones.</param>
internal sealed record ScorePart(MidiInstrument Instrument, int Volume, int Wheel)
{
    private const int WheelAtRest = 8192;

    /// <summary>Semitones that the part is tuned above A4 at 440 Hz.</summary>
    public double Tuning => (Wheel - WheelAtRest) * 2.0 / WheelAtRest;

    /// <summary>The nearest position of the wheel for a tuning in hundredths of a semitone.</summary>
    public static int WheelFor(double cents) => WheelAtRest + (int)Math.Round(cents / 200 * WheelAtRest);
}

/// <summary>A composed piece.</summary>
/// <param name="Parts">Its instruments.</param>
/// <param name="Notes">Its notes in the order of their beginnings; no two notes of one key sound at the same time.</param>
/// <param name="Controls">Changes of controllers during the piece.</param>
internal sealed record Score(IReadOnlyList<ScorePart> Parts, IReadOnlyList<ScoreNote> Notes, IReadOnlyList<ScoreControl> Controls)
{
    /// <summary>The notes as they are heard.</summary>
    /// <param name="latencySeconds">How much later than written the synthesiser sounds them.</param>
    public IReadOnlyList<NoteLabel> Labels(double latencySeconds) =>
    [
        .. Notes.Select(note => new NoteLabel(
            ((double)note.Tick / MidiWriter.TicksPerSecond) + latencySeconds,
            ((double)note.EndTick / MidiWriter.TicksPerSecond) + latencySeconds,
            note.Key + Parts[note.Part].Tuning,
            Parts[note.Part].Instrument.Program,
            note.Velocity)),
    ];

    /// <summary>The piece as a MIDI file.</summary>
    public byte[] ToMidi()
    {
        var writer = new MidiWriter();
        for (var part = 0; part < Parts.Count; part++)
        {
            writer.Program(Channel(part), Parts[part].Instrument.Program);
            writer.Control(0, Channel(part), NAudio.Midi.MidiController.MainVolume, Parts[part].Volume);
            writer.PitchWheel(Channel(part), Parts[part].Wheel);
        }

        foreach (var control in Controls)
            writer.Control(control.Tick, Channel(control.Part), control.Controller, control.Value);

        foreach (var note in Notes)
            writer.Note(Channel(note.Part), note.Tick, note.EndTick, note.Key, note.Velocity);

        return writer.ToBytes();
    }

    private static int Channel(int part) => part + 1;
}

/// <summary>A change of a controller.</summary>
/// <param name="Tick">When.</param>
/// <param name="Part">The place of its part in the score's parts.</param>
/// <param name="Controller">What changes.</param>
/// <param name="Value">0 to 127.</param>
internal readonly record struct ScoreControl(long Tick, int Part, MidiController Controller, int Value)
{
    private const double ExpressionStep = 0.05;
    private const int Loudest = 127;
    private const int Softest = 60;

    /// <summary>What a player of sustained notes does while they sound: now and then vibrato, and a loudness that wanders.</summary>
    public static IEnumerable<ScoreControl> Playing(Random random, int part, double seconds)
    {
        if (random.Chance(0.5))
        {
            for (var time = 0.0; time < seconds; time += random.Between(0.5, 4))
                yield return new(MidiWriter.TickAt(time), part, MidiController.Modulation, random.Pick(0, 0, 30, 60, 90, Loudest));
        }

        if (random.Chance(0.4))
        {
            var level = 110.0;
            for (var time = 0.0; time < seconds; time += ExpressionStep)
            {
                level = Math.Clamp(level + random.Normal(6), Softest, Loudest);
                yield return new(MidiWriter.TickAt(time), part, MidiController.Expression, (int)level);
            }
        }
    }
}
