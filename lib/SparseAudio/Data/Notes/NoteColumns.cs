using System.Globalization;

namespace SparseAudio.Data.Notes;

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
        {
            return new([.. _musicNet.Select(Place), -1], MusicNetRate, 1, named: true);
        }

        if (_seconds.All(names.Contains) && _pitchNames.FirstOrDefault(names.Contains) is { } pitch)
        {
            return new([.. _seconds.Select(Place), Place(pitch), Place("program"), Place("velocity")], 1, 0, named: true);
        }

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
            {
                return missing;
            }

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
