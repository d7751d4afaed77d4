using System.Globalization;

namespace SparseAudio.Codec.Analysis;

/// <summary>Frequencies, MIDI note numbers and note names, equal temperament with A4 at 440 Hz.</summary>
public static class Pitch
{
    private const double ReferenceHz = 440;
    private const int ReferenceNote = 69;
    private static readonly string[] _names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

    /// <summary>The MIDI note number of a frequency, with its fraction: 69 is A4.</summary>
    public static double NoteOf(double hz) => ReferenceNote + 12 * Math.Log2(hz / ReferenceHz);

    /// <summary>The frequency of a MIDI note number.</summary>
    public static double HzOf(double note) => ReferenceHz * Math.Pow(2, (note - ReferenceNote) / 12);

    /// <summary>The name of the note nearest to a frequency, such as <c>C#3</c>.</summary>
    public static string NameOf(double hz)
    {
        var note = (int)Math.Round(NoteOf(hz));
        var octave = (int)Math.Floor(note / 12.0) - 1;
        return _names[note - 12 * (octave + 1)] + octave.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>How far a frequency lies above another, in hundredths of a semitone.</summary>
    public static double Cents(double hz, double aboveHz) => 1200 * Math.Log2(hz / aboveHz);

    /// <summary>Reads a frequency: hertz (<c>440</c>, <c>440Hz</c>) or a note (<c>A4</c>, <c>C#3</c>, <c>Eb5</c>).</summary>
    public static bool TryParseHz(string text, out double hz)
    {
        text = text.Trim();
        var number = text.EndsWith("hz", StringComparison.OrdinalIgnoreCase) ? text[..^2].TrimEnd() : text;
        if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out hz)) return double.IsFinite(hz) && hz > 0;
        hz = 0;
        if (text.Length < 2) return false;
        var step = Array.IndexOf(_names, text[..1].ToUpperInvariant());
        if (step < 0) return false;
        var octaveAt = 1;
        if (text[1] is '#' or 'b')
        {
            step += text[1] == '#' ? 1 : -1;
            octaveAt = 2;
        }

        if (!int.TryParse(text[octaveAt..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var octave) || octave is < -1 or > 10)
            return false;
        hz = HzOf(12 * (octave + 1) + step);
        return true;
    }
}
