using System.Globalization;
using SparseAudio.Codec.Analysis;

namespace SparseAudio.Codec.Editing;

/// <summary>
/// Selections as text: <c>time:1.5..3</c>, <c>pitch:..C4</c>, <c>not channel:7 and (amp:0.5.. or energy:5..)</c>. A range is
/// <c>FROM..TO</c> with either end left out, or one number, which selects every value that a table shows as this number.
/// <c>and</c>, <c>or</c> and <c>not</c> may be written <c>&amp;</c>, <c>|</c> and <c>!</c>.
/// </summary>
public static class EventQueryText
{
    /// <summary>What can be selected by, for help texts.</summary>
    public const string Kinds =
        "time (s), frame, channel, amp, note (whole notes, Hz or name), pitch (Hz or name), bright (Hz), energy (%), decay (s)";

    /// <summary>How a selection is written, for help texts.</summary>
    public const string Grammar = "KIND:FROM..TO, where an end may be left out, or KIND:VALUE; joined by and, or, not and brackets. "
        + $"KIND is {Kinds}.";

    // Half of the last digit that tables of events show, so that a number that was read there finds its event.
    private const double ShownTime = 0.0005;
    private const double ShownAmplitude = 0.00005;
    private const double ShownShare = 0.005;

    private const double HalfNote = 1.0293022366434921;
    private const int DeepestNesting = 64;

    /// <summary>Reads a selection.</summary>
    /// <exception cref="CodeEditException">The text is not one; the message says where.</exception>
    public static EventQuery Parse(string text)
    {
        var parser = new Parser(Tokenize(text), text);
        var selection = parser.Either();
        if (parser.Next is { } rest) throw parser.Wrong($"\"{rest}\" was not expected");
        return selection;
    }

    private static List<string> Tokenize(string text)
    {
        foreach (var mark in "()&|!") text = text.Replace(mark.ToString(), $" {mark} ");
        return [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
    }

    private sealed class Parser(List<string> tokens, string text)
    {
        private int _position;
        private int _depth;

        public string? Next => _position < tokens.Count ? tokens[_position] : null;

        public EventQuery Either()
        {
            var selection = Both();
            while (Take("|", "or")) selection |= Both();
            return selection;
        }

        public CodeEditException Wrong(string what) =>
            new($"The selection \"{text}\" cannot be read: {what}. Write for example \"time:1..2 and not pitch:..C4\"; "
                + $"events can be selected by {Kinds}.");

        private EventQuery Both()
        {
            var selection = One();
            while (Take("&", "and")) selection &= One();
            return selection;
        }

        private EventQuery One()
        {
            if (++_depth > DeepestNesting) throw Wrong("it is nested too deeply");
            var selection = Take("!", "not") ? !One() : Take("(", "(") ? Inner() : Range();
            _depth--;
            return selection;
        }

        private EventQuery Inner()
        {
            var selection = Either();
            return Take(")", ")") ? selection : throw Wrong("a \")\" is missing");
        }

        private EventQuery Range()
        {
            if (Next is not { } token) throw Wrong("it ends where a condition should stand");
            _position++;
            if (token.Equals("all", StringComparison.OrdinalIgnoreCase)) return EventQuery.All;
            var colon = token.IndexOf(':');
            if (colon < 0) throw Wrong($"\"{token}\" has no colon");
            var (kind, range) = (token[..colon].ToLowerInvariant(), token[(colon + 1)..]);
            return kind switch
            {
                "time" => Numbers(range, EventQuery.Time, ShownTime),
                "frame" => Numbers(range, EventQuery.Frame),
                "channel" => Numbers(range, EventQuery.Channel),
                "amp" => Numbers(range, EventQuery.Amplitude, ShownAmplitude),
                "note" => Pitches(range, EventQuery.Note),
                "pitch" => Pitches(range, EventQuery.Frequency),
                "bright" => Pitches(range, EventQuery.Brightness),
                "energy" => Numbers(range, EventQuery.Energy, ShownShare),
                "decay" => Numbers(range, EventQuery.Decay, ShownShare),
                _ => throw Wrong($"events cannot be selected by \"{kind}\""),
            };
        }

        private EventQuery Numbers(string range, Func<double?, double?, EventQuery> make, double shown = 0)
        {
            var (from, to) = Ends(range);
            var margin = from == to ? shown : 0;
            return make(Number(from) - margin, Number(to) + margin);
        }

        // A single note or frequency selects the whole note, a quarter tone to both sides of it, and so does a note at a range's end.
        private EventQuery Pitches(string range, Func<double?, double?, EventQuery> make)
        {
            var (from, to) = Ends(range);
            return make(Hz(from, 1 / HalfNote, from == to), Hz(to, HalfNote, from == to));
        }

        private (string From, string To) Ends(string range)
        {
            var dots = range.IndexOf("..", StringComparison.Ordinal);
            var ends = dots < 0 ? (range, range) : (range[..dots], range[(dots + 2)..]);
            return ends is ("", "") ? throw Wrong("a range has neither end") : ends;
        }

        private double? Number(string end)
        {
            if (end.Length == 0) return null;
            if (double.TryParse(end, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) return number;
            throw Wrong($"\"{end}\" is not a number");
        }

        private double? Hz(string end, double margin, bool alone)
        {
            if (end.Length == 0) return null;
            if (!Pitch.TryParseHz(end, out var hz)) throw Wrong($"\"{end}\" is neither a frequency nor a note");
            return alone || char.IsLetter(end[0]) ? hz * margin : hz;
        }

        private bool Take(string mark, string word)
        {
            if (Next is not { } token || !(token == mark || token.Equals(word, StringComparison.OrdinalIgnoreCase))) return false;
            _position++;
            return true;
        }
    }
}
