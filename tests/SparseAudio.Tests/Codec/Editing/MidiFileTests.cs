using SparseAudio.Codec;
using SparseAudio.Codec.Editing;
using SparseAudio.Data.Notes;
using Xunit;

namespace SparseAudio.Tests.Codec.Editing;

public class MidiFileTests
{
    [Fact]
    public void Events_with_a_sure_pitch_become_notes_as_loud_and_long_as_they_are()
    {
        var code = SparseCode.FromEvents(SampleCodes.Layout, "m", 32768, [new(0, 1, 1), new(43, 2, 1), new(86, 3, 1)]);

        var notes = MidiFile.NotesOf(
            code, [new(440, 0.9, 0.5, 900, 1, 0.9), new(261, 0.2, 1, 900, 1, 0.05), new(130.9, 0.8, 0.01, 900, 0.001, 0.05)]);

        Assert.Equal([new MidiNote(0, 0.5, 69, 127), new MidiNote(86 * 256 / 22050.0, 0.05, 48, 64)], notes.ToArray());
    }

    [Fact]
    public void Bytes_are_a_midi_file_whose_notes_end_before_they_begin_again()
    {
        var bytes = MidiFile.ToBytes([new(0, 2, 60, 100), new(1, 0.5, 60, 90), new(0.5, 0.25, 64, 80)]);

        NoteLabel[] expected = [new(0, 1, 60, Velocity: 100), new(0.5, 0.75, 64, Velocity: 80), new(1, 1.5, 60, Velocity: 90)];
        Assert.Equal(expected, MidiReader.Read(new MemoryStream(bytes), "notes.mid"));
    }
}
