using SparseAudio.Data.Notes;
using Xunit;

namespace SparseAudio.Tests.Data.Notes;

public sealed class MidiWriterTests
{
    [Fact]
    public void The_bytes_are_a_standard_midi_file_with_ends_before_beginnings()
    {
        var bytes = MidiWriter.ToBytes([new(0, 2, 60, 24, 100), new(1, 1.5, 60, 24, 90), new(0.5, 0.75, 64, 24, 80)]);

        byte[] expected =
        [
            .. "MThd"u8, 0, 0, 0, 6, 0, 0, 0, 1, 0x03, 0xC0,
            .. "MTrk"u8, 0, 0, 0, 35,
            0x00, 0xC0, 24,
            0x00, 0x90, 60, 100,
            0x87, 0x40, 0x90, 64, 80,
            0x83, 0x60, 0x80, 64, 0,
            0x83, 0x60, 0x80, 60, 0,
            0x00, 0x90, 60, 90,
            0x87, 0x40, 0x80, 60, 0,
            0x00, 0xFF, 0x2F, 0x00,
        ];
        Assert.Equal(expected, bytes);
    }

    [Fact]
    public void Of_notes_that_begin_together_on_a_key_the_strongest_is_kept_and_programs_do_not_mix()
    {
        NoteLabel[] notes = [new(1, 2, 60.2, 0, 50), new(1, 3, 59.9, 0, 90), new(1, 2, 60, 40, 70)];

        var read = MidiReader.Read(new MemoryStream(MidiWriter.ToBytes(notes)), "song.mid");

        Assert.Equal([new NoteLabel(1, 3, 60, 0, 90), new NoteLabel(1, 2, 60, 40, 70)], read);
    }

    [Fact]
    public void Every_program_has_a_channel_of_its_own_and_none_is_the_drums()
    {
        NoteLabel[] notes = [.. Enumerable.Range(0, 15).Select(i => new NoteLabel(i, i + 1, 60, Program: i))];

        Assert.Equal(notes, MidiReader.Read(new MemoryStream(MidiWriter.ToBytes(notes)), "song.mid"));
        Assert.Throws<ArgumentException>(() => MidiWriter.ToBytes([.. notes, new NoteLabel(16, 17, 60, Program: 15)]));
    }
}
