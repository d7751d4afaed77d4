using System.Globalization;
using System.Text;

namespace SparseAudio.Evaluation;

/// <summary>
/// Every measured segment as a line of text, to be kept and read again. Two things are not in it: the curves of explained energy
/// and the channels of the events.
/// </summary>
public static class EvaluationCsv
{
    private const string Head = "system,clip,start,sc,logm,mr,mel,sisdr,chroma,redundancy,dead,duplicates,seconds,events,bits,numbers";
    private static readonly string[] _columns = Head.Split(',');

    /// <summary>A line of column names, then one a segment and system.</summary>
    /// <param name="records">The measurements.</param>
    public static string Text(IReadOnlyList<EvaluationRecord> records)
    {
        var text = new StringBuilder(Head).Append('\n');
        foreach (var record in records)
        {
            var (metrics, events) = (record.Metrics, record.Events);
            text.Append(CultureInfo.InvariantCulture,
                $"{Quoted(record.System)},{Quoted(record.Clip)},{record.Start},{metrics.SpectralConvergence:R},{metrics.LogMagnitude:R},");
            text.Append(CultureInfo.InvariantCulture, $"{metrics.MultiResolution:R},{metrics.LogMel:R},{metrics.SiSdr:R},{metrics.Chroma:R},");
            text.Append(CultureInfo.InvariantCulture, $"{events?.Redundancy:R},{events?.Dead:R},{events?.Duplicates:R},{record.Seconds:0.###},");
            text.Append(CultureInfo.InvariantCulture, $"{record.EventCount},{record.BitsPerSecond:0.#},{record.Numbers:R}\n");
        }

        return text.ToString();
    }

    /// <summary>Reads what <see cref="Text"/> wrote, of one file or of several, one after the other.</summary>
    /// <param name="files">The files, such as those that <c>sparseaudio evaluate --csv FILE</c> writes.</param>
    /// <exception cref="InvalidDataException">A file was not written by <see cref="Text"/>, or not by this version.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static IReadOnlyList<EvaluationRecord> Read(params IEnumerable<string> files) => [.. files.SelectMany(ReadOne)];

    private static IEnumerable<EvaluationRecord> ReadOne(string file)
    {
        var lines = File.ReadAllLines(file);
        return lines.FirstOrDefault() == Head
            ? lines.Skip(1).Select((line, index) => Record(Fields(line), $"{file}, line {index + 2}"))
            : throw new InvalidDataException(
                $"{file}: its first line does not name the columns of an evaluation; write it again with sparseaudio evaluate --csv");
    }

    private static EvaluationRecord Record(string[] fields, string place)
    {
        if (fields.Length != _columns.Length)
            throw new InvalidDataException(
                $"{place}: {fields.Length} fields instead of {_columns.Length}; write the file again with sparseaudio evaluate --csv");

        string Field(string name) => fields[Array.IndexOf(_columns, name)];
        double? Optional(string name) => Field(name).Length > 0 ? Number(name) : null;
        double Number(string name) => double.TryParse(Field(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException(
                $"{place}: {name} is '{Field(name)}', which is no number; write the file again with sparseaudio evaluate --csv");

        var metrics = new AudioMetrics(Number("sc"), Number("logm"), Number("mel"), Number("sisdr"), Number("chroma"));
        var events = Optional("redundancy") is { } redundancy ? new EventMetrics([], redundancy, Number("dead"), Number("duplicates")) : null;
        return new(Field("system"), Field("clip"), (int)Number("start"), metrics, events, Channels: null, Number("seconds"))
        {
            EventCount = (int)Number("events"),
            BitsPerSecond = Optional("bits"),
            Numbers = Number("numbers"),
        };
    }

    /// <summary>The fields of a line. Commas inside quotes are part of a field; a quote in a field is written twice.</summary>
    internal static string[] Fields(string line)
    {
        var fields = new List<StringBuilder> { new() };
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var isQuote = line[i] == '"';
            if (isQuote && isQuoted && i + 1 < line.Length && line[i + 1] == '"') fields[^1].Append(line[i++]);
            else if (isQuote) isQuoted = !isQuoted;
            else if (line[i] == ',' && !isQuoted) fields.Add(new StringBuilder());
            else fields[^1].Append(line[i]);
        }

        return [.. fields.Select(field => field.ToString())];
    }

    /// <summary>A field that may hold commas and quotes.</summary>
    internal static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"")}\"";
}
