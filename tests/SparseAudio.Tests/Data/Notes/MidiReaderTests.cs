using SparseAudio.Data.Notes;
using Xunit;

namespace SparseAudio.Tests.Data.Notes;

public sealed class MidiReaderTests
{
    private static readonly byte[] _end = [0x00, 0xFF, 0x2F, 0x00];

    [Fact]
    public void Notes_programs_and_velocities_come_back_in_the_order_of_their_onsets()
    {
        NoteLabel[] notes = [new(0.5, 1.5, 60, 0, 100), new(0.5, 0.75, 64, 40, 1), new(1, 1.25, 67, 40, 127), new(2, 3, 127, 127, 80)];

        Assert.Equal(notes, Read(MidiWriter.ToBytes(notes.Reverse())));
    }

    [Fact]
    public void Tempo_changes_count_from_where_they_stand_in_any_track()
    {
        // 100 ticks a quarter note: 0.5 s a quarter at first, 1 s from tick 100, 0.25 s from tick 200.
        var tempos = Track((100, [0xFF, 0x51, 3, 0x0F, 0x42, 0x40]), (100, [0xFF, 0x51, 3, 0x03, 0xD0, 0x90]));
        var notes = Track((50, [0x90, 60, 9]), (100, [0x80, 60, 0]), (150, [0x90, 61, 9]), (4, [0x80, 61, 0]));

        var read = Read(File(1, 100, tempos, notes));

        Assert.Equal([0.25, 1.75], read.Select(note => note.OnsetSeconds));
        Assert.Equal([1.0, 1.76], read.Select(note => Math.Round(note.OffsetSeconds, 9)));
    }

    [Fact]
    public void Ticks_may_be_parts_of_a_film_frame()
    {
        var read = Read(File(0, unchecked((ushort)((-25 << 8) | 40)), Track((127, [0x90, 60, 9]), (100, [0x90, 60, 0]))));

        Assert.Equal(new NoteLabel(0.127, 0.227, 60, 0, 9), Assert.Single(read) with { OffsetSeconds = 0.227 });
    }

    [Fact]
    public void Running_status_the_pitch_wheel_and_its_range_are_followed()
    {
        var track = Track(
            (0, [0xC2, 24]), (0, [0xE2, 0x00, 0x60]), (10, [0x92, 60, 80]), (10, [60, 0]), (0, [0xB2, 101, 0]), (0, [100, 0]), (0, [6, 12]), (0, [0x92, 61, 80]), (10, [61, 0]));

        var read = Read(File(0, 480, track));

        Assert.Equal([61, 67], read.Select(note => note.Pitch));
        Assert.All(read, note => Assert.Equal(24, note.Program));
    }

    [Fact]
    public void Drums_are_left_out_and_a_key_that_is_never_released_lasts_to_the_end()
    {
        var read = Read(File(0, 480, Track((0, [0x99, 40, 80]), (0, [0x91, 60, 80]), (127, [0x89, 40, 0]), (127, [0xB1, 7, 100]))));

        Assert.Equal(new NoteLabel(0, 254 / 960.0, 60), Assert.Single(read));
    }

    [Theory]
    [InlineData("format 2", 2, 480)]
    [InlineData("length of a tick", 0, 0)]
    [InlineData("length of a tick", 0, 0xE700)]
    public void Kinds_without_common_time_are_refused(string reason, int format, int division)
    {
        var error = Assert.Throws<NoteFileException>(() => Read(File(format, (ushort)division, Track((0, [0x90, 60, 9]), (9, [0x80, 60, 0])))));

        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void A_file_cut_anywhere_a_track_without_end_and_other_files_are_refused()
    {
        var whole = MidiWriter.ToBytes([new NoteLabel(0.5, 1, 60), new NoteLabel(1, 2, 64, 40)]);
        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.Throws<NoteFileException>(() => Read(whole[..length])));

        byte[] noEnd = [.. File(0, 480, [0x00, 0x90, 60, 9])];
        Assert.Contains("track 1 has no end", Assert.Throws<NoteFileException>(() => Read(noEnd)).Message);
        Assert.Contains("not a MIDI file", Assert.Throws<NoteFileException>(() => Read("RIFF this is a recording"u8.ToArray())).Message);
        Assert.Contains("no such file", Assert.Throws<NoteFileException>(() => MidiReader.Read("/nowhere/song.mid")).Message);
    }

    [Fact]
    public void Two_thousand_mutants_are_read_or_refused_with_the_one_listed_error()
    {
        var random = new Random(7);
        byte[][] originals =
        [
            MidiWriter.ToBytes([.. Enumerable.Range(0, 40).Select(i => new NoteLabel(i * 0.1, (i * 0.1) + 0.2, 40 + i, i % 5, 1 + i))]),
            File(1, 100, Track((100, [0xFF, 0x51, 3, 0x0F, 0x42, 0x40]), (0, [0xFF, 0x01, 2, 65, 66])), Track((50, [0x90, 60, 9]), (100, [60, 0]), (3, [0xF0, 3, 1, 2, 0xF7]))),
        ];
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = Mutant(originals[i % 2], random);
            try
            {
                foreach (var note in Read(bytes))
                    Assert.True(double.IsFinite(note.OnsetSeconds) && note.OffsetSeconds >= note.OnsetSeconds && note.Velocity is >= 1 and <= 127, $"mutant {i}: {note}");
            }
            catch (NoteFileException e)
            {
                refused++;
                Assert.DoesNotContain('\n', e.Message);
            }
        }

        Assert.InRange(refused, 200, 1900);
    }

    private static byte[] Mutant(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var place = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveAt(place);
                    break;
                case 3:
                    bytes.Insert(place, random.Next(2) == 0 ? (byte)0xFF : (byte)random.Next(256));
                    break;
                default:
                    bytes.RemoveRange(place, Math.Min(random.Next(1, 20), bytes.Count - place));
                    break;
            }

            if (bytes.Count == 0)
                return [];
        }

        return [.. bytes];
    }

    private static IReadOnlyList<NoteLabel> Read(byte[] bytes) => MidiReader.Read(new MemoryStream(bytes), "song.mid");

    // Ticks since the event before, in one byte or two, and events.
    private static byte[] Track(params (int Ticks, byte[] Event)[] events)
    {
        byte[] Time(int ticks) => ticks < 128 ? [(byte)ticks] : [(byte)(0x80 | (ticks >> 7)), (byte)(ticks & 0x7F)];
        return [.. events.SelectMany(entry => (byte[])[.. Time(entry.Ticks), .. entry.Event]), .. _end];
    }

    private static byte[] File(int format, ushort division, params byte[][] tracks)
    {
        byte[] Big(int value) => [(byte)(value >> 8), (byte)value];
        return
        [
            .. "MThd"u8, 0, 0, 0, 6, .. Big(format), .. Big(tracks.Length), .. Big(division),
            .. tracks.SelectMany(track => (byte[])[.. "MTrk"u8, 0, 0, .. Big(track.Length), .. track]),
        ];
    }
}
