using System.Globalization;
using System.Text;

namespace SparseAudio.Data.Notes;

/// <summary>
/// Reads the notes of a recording from a file: CSV with times in seconds (<c>onset_s,offset_s,pitch[,program,velocity]</c>, with
/// or without that first line), MusicNet's CSV with times in samples, or a Standard MIDI File. Writes the first kind.
/// </summary>
public static class NoteLabels
{
    /// <summary>The ending of label files.</summary>
    public const string Extension = ".csv";

    private const long MaxBytes = 64 << 20;
    private const char CommentMark = '#';
    private const int ShownCharacters = 60;
    private const string Header = "onset_s,offset_s,pitch,program,velocity";

    /// <summary>The endings of the files that <see cref="Read"/> takes.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [Extension, .. MidiReader.Extensions];

    /// <summary>Whether a file's name says that it holds notes.</summary>
    /// <param name="path">The file.</param>
    public static bool IsNoteFile(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a label file or a MIDI file.</summary>
    /// <param name="path">The file; its ending decides between MIDI and labels, the first line of labels between their kinds.</param>
    /// <returns>The notes of a label file in the file's order, of a MIDI file in the order of their onsets.</returns>
    /// <exception cref="NoteFileException">The file is missing, too long or has other content; names the line.</exception>
    public static IReadOnlyList<NoteLabel> Read(string path)
    {
        if (MidiReader.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            return MidiReader.Read(path);

        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new NoteFileException(path, $"more than {MaxBytes >> 20} MB, too long for a label file");

            return Parse(File.ReadLines(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NoteFileException(
                path, e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message, cause: e);
        }
    }

    /// <summary>The text of a label file, times to a tenth of a millisecond, pitches to a hundredth of a cent.</summary>
    /// <param name="notes">The notes.</param>
    /// <param name="comment">One line that readers pass over; null for none.</param>
    public static string Text(IEnumerable<NoteLabel> notes, string? comment = null)
    {
        ArgumentNullException.ThrowIfNull(notes);
        var text = new StringBuilder();
        if (comment is not null)
            text.Append(CommentMark).Append(' ').Append(comment).Append('\n');

        text.Append(Header).Append('\n');
        foreach (var note in notes)
            text.Append(
                CultureInfo.InvariantCulture, $"{note.OnsetSeconds:F4},{note.OffsetSeconds:F4},{note.Pitch:0.####},{note.Program},{note.Velocity}\n");

        return text.ToString();
    }

    private static List<NoteLabel> Parse(IEnumerable<string> lines, string path)
    {
        NoteColumns? columns = null;
        var notes = new List<NoteLabel>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line[0] == CommentMark)
                continue;

            var fields = line.Split(',');
            if (columns is null)
            {
                columns = NoteColumns.Of(fields)
                    ?? throw new NoteFileException(
                        path, $"line {number} does not name the columns of a label file", $"give {Header}, or MusicNet's columns");
                if (columns.Named)
                    continue;
            }

            notes.Add(columns.Parse(fields) ?? throw new NoteFileException(path, $"line {number} is no note: '{Shown(line)}'"));
        }

        return columns is null ? throw new NoteFileException(path, "line 1 does not name the columns of a label file: it is empty") : notes;
    }

    private static string Shown(string line) => line[..Math.Min(line.Length, ShownCharacters)];
}

/// <summary>Where the values of a note stand in the lines of a label file, and what they count in.</summary>
internal sealed class NoteColumns
{
    // MusicNet's label files count samples of the recordings as they were published, and programs from 1.
    private const double MusicNetRate = 44100;
    private static readonly string[] _musicNet = ["start_time", "end_time", "note", "instrument"];
    private static readonly string[] _seconds = ["onset_s", "offset_s"];
    private static readonly string[] _pitchNames = ["pitch", "midi_pitch"];

    private readonly int[] _places;
    private readonly double _rate;
    private readonly int _firstProgram;

    private NoteColumns(int[] places, double rate, int firstProgram, bool named)
    {
        _places = places;
        _rate = rate;
        _firstProgram = firstProgram;
        Named = named;
    }

    /// <summary>Whether the first line names the columns; otherwise it is a note already.</summary>
    public bool Named { get; }

    /// <summary>The columns that a file's first line names, or, where it is three to five numbers, those of a file without names.</summary>
    /// <returns>Null where it is neither.</returns>
    public static NoteColumns? Of(string[] first)
    {
        var names = Array.ConvertAll(first, name => name.Trim());
        int Place(string name) => Array.IndexOf(names, name);
        if (_musicNet.All(names.Contains))
            return new([.. _musicNet.Select(Place), -1], MusicNetRate, 1, named: true);

        if (_seconds.All(names.Contains) && _pitchNames.FirstOrDefault(names.Contains) is { } pitch)
            return new([.. _seconds.Select(Place), Place(pitch), Place("program"), Place("velocity")], 1, 0, named: true);

        return names.Length is >= 3 and <= 5 && names.All(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            ? new([0, 1, 2, names.Length > 3 ? 3 : -1, names.Length > 4 ? 4 : -1], 1, 0, named: false)
            : null;
    }

    /// <summary>The note of a line.</summary>
    /// <returns>Null where the line is no note: too few fields, not a number, or a value that cannot be.</returns>
    public NoteLabel? Parse(string[] fields)
    {
        double? Field(int column, double missing)
        {
            if (_places[column] < 0)
                return missing;

            return _places[column] < fields.Length
                && double.TryParse(fields[_places[column]], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
                ? value
                : null;
        }

        var program = Field(3, _firstProgram) - _firstProgram;
        return Field(0, 0) is >= 0 and { } onset && Field(1, 0) is { } offset && offset >= onset && Field(2, 0) is >= 0 and <= 127 and { } pitch
            && program is >= 0 and <= 127 && Field(4, NoteLabel.UsualVelocity) is >= 1 and <= 127 and { } velocity
            ? new NoteLabel(onset / _rate, offset / _rate, pitch, (int)program, (int)velocity)
            : null;
    }
}
