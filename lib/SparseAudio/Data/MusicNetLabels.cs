using System.Globalization;

namespace SparseAudio.Data;

/// <summary>One note of a labelled recording.</summary>
/// <param name="StartSeconds">When it begins.</param>
/// <param name="EndSeconds">When it ends.</param>
/// <param name="Instrument">General MIDI program, counted from 1 (1 piano, 41 violin, …).</param>
/// <param name="Note">MIDI note number, 0 to 127.</param>
public readonly record struct NoteLabel(double StartSeconds, double EndSeconds, int Instrument, int Note);

/// <summary>Reads MusicNet's label files: a CSV file for every recording.</summary>
public static class MusicNetLabels
{
    // The label files count samples of the recordings as they were published.
    private const double LabelRate = 44100;
    private const long MaxBytes = 64 << 20;
    private const string DataSuffix = "_data";
    private static readonly string[] _columns = ["start_time", "end_time", "instrument", "note"];

    /// <summary>The label file of a recording: <c>train_labels/1727.csv</c> for <c>train_data/1727.wav</c>.</summary>
    /// <param name="recording">The recording's path.</param>
    /// <exception cref="MusicNetException">The recording lies in no folder of MusicNet.</exception>
    public static string PathFor(string recording)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(recording))!;
        return folder.EndsWith(DataSuffix, StringComparison.Ordinal)
            ? Path.Combine(folder[..^DataSuffix.Length] + "_labels", Path.ChangeExtension(Path.GetFileName(recording), ".csv"))
            : throw new MusicNetException(recording, "not in MusicNet's train_data or test_data, so there are no labels for it");
    }

    /// <summary>Reads a label file.</summary>
    /// <param name="path">The CSV file.</param>
    /// <returns>The notes in the file's order.</returns>
    /// <exception cref="MusicNetException">The file is missing or has other content; names the line.</exception>
    public static IReadOnlyList<NoteLabel> Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new MusicNetException(path, $"more than {MaxBytes >> 20} MB, too long for a label file");

            var lines = File.ReadLines(path).Select((text, index) => (Text: text, Number: index + 1)).ToList();
            var header = lines.Count == 0 ? [] : lines[0].Text.Split(',');
            var places = Array.ConvertAll(_columns, column => Array.IndexOf(header, column));
            return places.Min() < 0
                ? throw new MusicNetException(path, $"line 1 does not name the columns {string.Join(", ", _columns)}", "unpack the archive again")
                : [.. lines.Skip(1).Where(line => line.Text.Length > 0).Select(line => Parse(line.Text, line.Number, places, path))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MusicNetException(path, e.Message, "unpack the archive again", e);
        }
    }

    private static NoteLabel Parse(string line, int number, int[] places, string path)
    {
        var fields = line.Split(',');
        var values = Array.ConvertAll(places, place =>
            place < fields.Length && long.TryParse(fields[place], NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : -1);
        return values is [>= 0 and var start, var end, >= 1 and <= 128 and var instrument, >= 0 and <= 127 and var note] && end >= start
            ? new NoteLabel(start / LabelRate, end / LabelRate, (int)instrument, (int)note)
            : throw new MusicNetException(path, $"line {number} is no note: '{line[..Math.Min(line.Length, 60)]}'", "unpack the archive again");
    }
}
