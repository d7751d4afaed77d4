using SparseAudio.Data.Notes;

namespace SparseAudio.Data.MadeMusic;

/// <summary>
/// Composes pieces for one to four instruments and one to six voices: key, scale, tempo, tuning, loudness and textures are drawn at
/// random. It is no music to enjoy; it has what a transcriber must cope with, in great variety.
/// </summary>
internal static class Composer
{
    private const int MostVoices = 6;
    private const int WidestRange = 32;
    private const int FewestKeys = 8;
    private const double ShortestNote = 0.05;

    // A key struck again sooner than this is left out; a sounding note ends so long before its key is struck again.
    private const double SoonestAgain = 0.06;
    private const double GapBeforeAgain = 0.005;
    private const double SilentEnd = 0.3;

    private const int ScatteredParts = 4;
    private const int ScatteredVolume = 100;
    private const int LowestScattered = 36;
    private const int HighestScattered = 97;

    private static readonly int[][] _scales =
    [
        [0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 11], [0, 2, 3, 5, 7, 8, 10], [0, 2, 4, 7, 9], [0, 2, 3, 5, 7, 9, 10], [.. Enumerable.Range(0, 12)],
    ];

    /// <summary>Composes a piece.</summary>
    /// <param name="random">What everything is drawn from.</param>
    /// <param name="instruments">What it may be written for.</param>
    /// <param name="seconds">Its length.</param>
    public static Score Compose(Random random, IReadOnlyList<MidiInstrument> instruments, double seconds)
    {
        var players = new MidiInstrument[random.Pick(1, 1, 1, 2, 2, 3, 4)];
        for (var part = 0; part < players.Length; part++)
            players[part] = random.Weighted(instruments, instrument => instrument.Weight);

        var tonic = random.Next(12);
        var scale = random.Pick(_scales).Select(step => (tonic + step) % 12).ToHashSet();
        var beat = 60 / random.Between(50, 170);
        var tuning = random.Chance(0.5) ? 0 : Math.Clamp(random.Normal(12), -40, 40);
        var parts = new List<ScorePart>();
        var notes = new List<(VoiceNote Note, int Part)>();
        var controls = new List<ScoreControl>();
        var voicesLeft = MostVoices;
        for (var part = 0; part < players.Length; part++)
        {
            var ownTuning = players.Length > 1 && tuning != 0 ? random.Normal(3) : 0;
            parts.Add(new ScorePart(players[part], random.Next(70, 115), ScorePart.WheelFor(tuning + ownTuning)));
            var voices = players[part].AtOnce == NotesAtOnce.Many && players.Length <= 2 ? random.Pick(1, 2, 2, 3, 3) : 1;
            voices = Math.Min(voices, voicesLeft - (players.Length - 1 - part));
            voicesLeft -= voices;
            var alone = voices * players.Length == 1;
            foreach (var keys in Ranges(random, players[part], scale, voices))
            {
                var voice = new VoiceWriter(random, players[part], keys, beat * random.Pick(1, 1, 2), seconds, !alone);
                notes.AddRange(voice.Write().Select(note => (note, part)));
            }

            if (players[part].Sustained)
                controls.AddRange(ScoreControl.Playing(random, part, seconds));
        }

        return new Score(parts, WithoutOverlaps(notes, seconds), controls);
    }

    /// <summary>
    /// Composes no music at all: struck notes of any pitch and loudness at any time, so that what is heard beside a note says nothing of it.
    /// </summary>
    /// <param name="random">What everything is drawn from.</param>
    /// <param name="seconds">The length.</param>
    public static Score Scatter(Random random, double seconds)
    {
        ScorePart[] parts = [.. Enumerable.Range(0, ScatteredParts)
            .Select(_ => new ScorePart(GeneralMidi.Instruments[0], ScatteredVolume, ScorePart.WheelFor(random.Between(-30, 30))))];
        var count = (int)(seconds * random.BetweenRatios(0.7, 5));
        var notes = Enumerable.Range(0, count).Select(_ => (
            new VoiceNote(
                random.Between(0, seconds - 1), random.BetweenRatios(0.3, 2), random.Next(LowestScattered, HighestScattered), random.Next(20, 128)),
            random.Next(parts.Length))).ToList();
        return new Score(parts, WithoutOverlaps(notes, seconds), []);
    }

    // The keys of each voice: a part of the instrument's range, divided among its voices with some overlap.
    private static IEnumerable<int[]> Ranges(Random random, MidiInstrument instrument, HashSet<int> scale, int voices)
    {
        var room = Math.Max(0, instrument.Highest - instrument.Lowest - WidestRange);
        var lowest = instrument.Lowest + (int)random.Between(0, room);
        var highest = Math.Min(instrument.Highest, lowest + WidestRange);
        for (var voice = 0; voice < voices; voice++)
        {
            var share = (highest - lowest) / (double)(voices + 1);
            var (low, high) = (lowest + (voice * share), lowest + ((voice + 2) * share));
            int[] keys = [.. Enumerable.Range(lowest, highest - lowest + 1).Where(key => key >= low && key <= high && scale.Contains(key % 12))];
            yield return keys.Length >= FewestKeys
                ? keys
                : [.. Enumerable.Range(lowest, highest - lowest + 1).Where(key => scale.Contains(key % 12))];
        }
    }

    // Of one key only one note sounds at a time, whoever plays it: two of them could not be told apart.
    private static List<ScoreNote> WithoutOverlaps(List<(VoiceNote Note, int Part)> notes, double seconds)
    {
        var kept = new List<ScoreNote>();
        var lastOf = new Dictionary<int, int>();
        foreach (var (note, part) in notes.OrderBy(entry => entry.Note.OnsetSeconds))
        {
            var begin = MidiWriter.TickAt(Math.Max(0.02, note.OnsetSeconds));
            var end = MidiWriter.TickAt(Math.Min(Math.Max(0.02, note.OnsetSeconds) + Math.Max(ShortestNote, note.Seconds), seconds - SilentEnd));
            if (lastOf.TryGetValue(note.Key, out var last))
            {
                if (begin - kept[last].Tick < MidiWriter.TickAt(SoonestAgain))
                    continue;

                kept[last] = kept[last] with { EndTick = Math.Min(kept[last].EndTick, begin - MidiWriter.TickAt(GapBeforeAgain)) };
            }

            lastOf[note.Key] = kept.Count;
            kept.Add(new ScoreNote(begin, end, note.Key, note.Velocity, part));
        }

        return kept;
    }
}
