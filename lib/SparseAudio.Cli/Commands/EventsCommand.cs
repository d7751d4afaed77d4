using System.CommandLine;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Editing;
using SparseAudio.Codec.Format;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio events</c>: the events of a code as a table.</summary>
internal static class EventsCommand
{
    private const int ColumnWidth = 10;

    private static readonly Option<string> _where = new("--where")
    {
        Description = $"Only these events. {EventQueryText.Grammar}",
        DefaultValueFactory = _ => "all",
        HelpName = "QUERY",
    };

    private static readonly Option<bool> _sounds = new("--sounds")
    {
        Description = "Decode each event and show its pitch, decay, brightness and energy (needs the model).",
    };

    private static readonly Option<bool> _notes = new("--notes")
    {
        Description = "List whole notes: name, beginning, length, loudness (needs the model).",
    };

    private static readonly Option<int?> _strongest = new("--strongest")
    {
        Description = "Only this many, by energy with --sounds, else by amplitude.",
    };

    public static Command Create()
    {
        var input = new Argument<string>("file") { Description = "A code file (.sparse or .json), or - for stdin." };
        var command = new CliCommand(
            "events",
            "List the events of a code.",
            "sparseaudio events song.sparse --where \"time:0..2\"",
            "sparseaudio events song.sparse --notes",
            "sparseaudio events song.sparse --sounds --strongest 20",
            "sparseaudio events song.sparse --sounds --where \"pitch:..C4 and not energy:..0.1\" --json")
        {
            input, _where, _notes, _sounds, _strongest, Options.Json,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!));
        return command.WithModelOptions();
    }

    private static void Run(Invocation invocation, string file)
    {
        var query = EventQueryText.Parse(invocation.Value(_where)!);
        using var reader = CodeFiles.Open(invocation, file);
        if (invocation.Value(_notes))
        {
            ListNotes(invocation, reader.ToCode(), query);
            return;
        }

        var withSounds = invocation.Value(_sounds) || query.NeedsSound;
        var rows = withSounds ? WithSounds(invocation, reader.ToCode()) : WithoutSounds(reader);
        var chosen = rows.Where(row => query.Includes(new EventView(row.Event, row.Seconds, row.Sound)));
        if (invocation.Value(_strongest) is { } count) chosen = Strongest(chosen, count);
        if (invocation.Value(Options.Json)) invocation.WriteJson(chosen.Select(Facts));
        else WriteTable(chosen, withSounds);
    }

    // A note is chosen by its first event.
    private static void ListNotes(Invocation invocation, SparseCode code, EventQuery query)
    {
        using var decoded = new EventSounds(invocation);
        var sounds = decoded.For(code, query);
        var notes = decoded.Notes(code).Where(note => query.Includes(new EventView(
            code.Events[note.Events[0]], note.OnsetSeconds, sounds.IsDefault ? null : sounds[note.Events[0]])));
        if (invocation.Value(_strongest) is { } count)
            notes = notes.OrderByDescending(note => note.Amplitude).Take(count).OrderBy(note => note.OnsetSeconds);
        if (invocation.Value(Options.Json))
        {
            invocation.WriteJson(notes.Select(note => new Dictionary<string, object?>
            {
                ["note"] = note.Name,
                ["hz"] = note.Hertz,
                ["onset"] = note.OnsetSeconds,
                ["seconds"] = note.Seconds,
                ["loudness"] = note.Decibels,
                ["events"] = note.Events,
            }));
            return;
        }

        WriteLine("note", "Hz", "begins s", "lasts s", "loud dB", "events");
        WriteLine([.. Enumerable.Repeat(new string('-', ColumnWidth), 6)]);
        foreach (var note in notes)
        {
            WriteLine(
                note.Name, $"{note.Hertz:F1}", $"{note.OnsetSeconds:F3}", $"{note.Seconds:F2}", $"{note.Decibels:F1}", string.Join(',', note.Events));
        }
    }

    private static IEnumerable<Row> WithoutSounds(CodeReader code) =>
        code.EventsInContext().Select((item, index) => new Row(index, item.Event, item.Event.Frame * code.Layout.SecondsPerFrame, null));

    private static IEnumerable<Row> WithSounds(Invocation invocation, SparseCode code)
    {
        using var decoded = new EventSounds(invocation);
        var sounds = decoded.All(code);
        return code.Events.Select((item, index) => new Row(index, item, code.SecondsOf(item), sounds[index]));
    }

    // So many at most are in memory.
    private static IEnumerable<Row> Strongest(IEnumerable<Row> rows, int count)
    {
        var kept = new PriorityQueue<Row, (double, int)>();
        foreach (var row in rows)
        {
            // Of equally strong ones the first stays.
            kept.Enqueue(row, (row.Sound?.Energy ?? Math.Abs(row.Event.Amplitude * row.Event.Gain), -row.Index));
            if (kept.Count > count) kept.Dequeue();
        }

        return kept.UnorderedItems.Select(item => item.Element).OrderBy(row => row.Index);
    }

    // Line by line: a table that fits its columns to their content would wait for the last event.
    private static void WriteTable(IEnumerable<Row> rows, bool withSounds)
    {
        string[] columns = ["#", "time s", "channel", "amplitude", "gain",
            .. withSounds ? ["note", "Hz", "confidence", "decay s", "bright Hz", "energy %"] : (string[])[]];
        WriteLine(columns);
        WriteLine([.. columns.Select(_ => new string('-', ColumnWidth))]);
        foreach (var (index, item, seconds, sound) in rows)
        {
            string[] cells = [$"{index}", $"{seconds:F3}", $"{item.Channel}", $"{item.Amplitude:F4}", item.Gain == 1 ? "" : $"{item.Gain:F3}"];
            WriteLine(sound is null ? cells :
            [
                .. cells, sound.Note ?? "", sound.FundamentalHz?.ToString("F1") ?? "", $"{sound.PitchConfidence:F2}", $"{sound.DecaySeconds:F2}",
                $"{sound.CentroidHz:F0}", $"{100 * sound.EnergyShare:F2}",
            ]);
        }
    }

    private static void WriteLine(params IEnumerable<string> cells) =>
        Console.Out.WriteLine(string.Join(' ', cells.Select(cell => cell.PadLeft(ColumnWidth))));

    private sealed record Row(int Index, SoundEvent Event, double Seconds, EventSound? Sound);

    private static Dictionary<string, object?> Facts(Row row)
    {
        var (_, item, seconds, sound) = row;
        var facts = new Dictionary<string, object?>
        {
            ["time"] = seconds,
            ["frame"] = item.Frame,
            ["channel"] = item.Channel,
            ["amplitude"] = item.Amplitude,
            ["gain"] = item.Gain,
        };
        if (sound is null) return facts;
        (facts["note"], facts["hz"], facts["pitchConfidence"]) = (sound.Note, sound.FundamentalHz, sound.PitchConfidence);
        (facts["decay"], facts["brightness"], facts["energy"], facts["energyShare"]) = (
            sound.DecaySeconds, sound.CentroidHz, sound.Energy, sound.EnergyShare);
        return facts;
    }
}
