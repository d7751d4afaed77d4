namespace SparseAudio.Data.MadeMusic;

/// <summary>A note of a voice, times in seconds.</summary>
internal readonly record struct VoiceNote(double OnsetSeconds, double Seconds, int Key, int Velocity);

/// <summary>
/// Writes one voice: passages of a few seconds, each of one texture (a melody, repeated notes, a run, long lines, chords, broken
/// chords, octaves, double stops, a trill, a rest), in a scale, around a place that wanders through the instrument's range.
/// </summary>
/// <param name="random">What everything is drawn from.</param>
/// <param name="instrument">Which textures are possible.</param>
/// <param name="keys">The keys of the scale within the voice's range, rising; at least eight.</param>
/// <param name="beat">Seconds of a beat.</param>
/// <param name="seconds">Length of the piece.</param>
/// <param name="rests">Whether the voice may rest.</param>
internal sealed partial class VoiceWriter(Random random, MidiInstrument instrument, int[] keys, double beat, double seconds, bool rests)
{
    private const double LastOnset = 0.7;
    private const double Jitter = 0.006;

    private readonly List<VoiceNote> _notes = [];

    // The place in the scale that passages are written around.
    private double _place;

    // Of the present passage: its smallest note value in seconds, the share of its value that a note sounds, and its loudness.
    private double _value;
    private double _legato;
    private double _velocity;

    /// <summary>Writes the voice from beginning to end.</summary>
    public IReadOnlyList<VoiceNote> Write()
    {
        _place = random.Between(0.25, 0.75) * keys.Length;
        for (var time = random.Between(0.1, 0.6); time < seconds - LastOnset;)
            time = WritePassage(time);

        return _notes;
    }

    private double WritePassage(double start)
    {
        var texture = random.Pick(Textures());
        if (texture is null)
            return start + random.Between(0.5, 2);

        var end = Math.Min(seconds - LastOnset, start + random.Between(2, 7));
        _value = Math.Clamp(random.Pick(0.25, 0.5, 0.5, 1, 1, 2) * beat, 0.1, 1.5);
        _legato = random.Pick(0.5, 0.8, 0.95, 0.95, 1, 1);
        Move(random.Between(-4, 4));
        var (first, change) = (random.Between(45, 112), random.Between(-15, 15));
        var step = texture();
        var time = start;
        while (time < end)
        {
            _velocity = first + (change * (time - start) / (end - start));
            time += step(time);
        }

        return time;
    }

    // A texture, once begun, writes what comes at a time and returns how long that takes; null is a rest.
    private Func<Func<double, double>>?[] Textures()
    {
        List<Func<Func<double, double>>?> textures = [
            .. Enumerable.Repeat(Melody, 5), RepeatedNotes, RepeatedNotes, Run, LongLine, LongLine, BrokenChord, Trill];
        if (instrument.AtOnce == NotesAtOnce.Many)
        {
            textures.AddRange([Chords, Chords, Chords, RingingChord, RingingChord, Octaves, Octaves]);
        }
        else if (instrument.AtOnce == NotesAtOnce.Two)
        {
            textures.AddRange([DoubleStops, DoubleStops, LongLine]);
        }

        if (rests)
            textures.Add(null);

        return [.. textures];
    }

    private void Move(double steps) => _place = Math.Clamp(_place + steps, 0, keys.Length - 1);

    private void Add(double time, double length, double place)
    {
        var key = keys[Math.Clamp((int)Math.Round(place), 0, keys.Length - 1)];
        AddKey(time, length, key);
    }

    private void AddKey(double time, double length, int key)
    {
        var velocity = Math.Clamp((int)(_velocity + random.Normal(8)), 25, 124);
        _notes.Add(new(time + random.Normal(Jitter), Math.Min(length, instrument.LongestSeconds), key, velocity));
    }
}
