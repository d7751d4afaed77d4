using System.Collections.Immutable;
using System.CommandLine;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Editing;
using Spectre.Console;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio events</c>: the events of a code as a table.</summary>
internal static class EventsCommand
{
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
            "sparseaudio events song.sparse --sounds --strongest 20",
            "sparseaudio events song.sparse --sounds --where \"pitch:..C4 and not energy:..0.1\" --json")
        {
            input, _where, _sounds, _strongest, Options.Json,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!));
        return command.WithModelOptions();
    }

    private static void Run(Invocation invocation, string file)
    {
        var query = EventQueryText.Parse(invocation.Value(_where)!);
        var code = CodeFiles.Read(file);
        using var decoded = new EventSounds(invocation);
        var sounds = invocation.Value(_sounds) ? decoded.All(code) : decoded.For(code, query);
        var rows = Rows(code, sounds, query, invocation.Value(_strongest));
        if (invocation.Value(Options.Json)) invocation.WriteJson(rows.Select(r => Facts(code, r.Event, r.Sound)));
        else invocation.Out.Write(TableOf(code, rows, !sounds.IsDefault));
    }

    private static List<(int Index, SoundEvent Event, EventSound? Sound)> Rows(
        SparseCode code, ImmutableArray<EventSound> sounds, EventQuery query, int? strongest)
    {
        var rows = code.Events
            .Select((e, i) => (Index: i, Event: e, Sound: sounds.IsDefault ? null : sounds[i]))
            .Where(r => query.Includes(new EventView(r.Event, code.SecondsOf(r.Event), r.Sound)));
        if (strongest is not { } count) return [.. rows];
        return [.. rows.OrderByDescending(r => r.Sound?.Energy ?? Math.Abs(r.Event.Amplitude * r.Event.Gain)).Take(count).OrderBy(r => r.Index)];
    }

    private static Table TableOf(SparseCode code, List<(int Index, SoundEvent Event, EventSound? Sound)> rows, bool withSounds)
    {
        var table = new Table().Border(TableBorder.Simple);
        string[] columns = ["#", "time s", "channel", "amplitude", "gain",
            .. withSounds ? ["note", "Hz", "confidence", "decay s", "bright Hz", "energy %"] : (string[])[]];
        foreach (var column in columns) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (index, item, sound) in rows)
        {
            string[] cells = [
                $"{index}", $"{code.SecondsOf(item):F3}", $"{item.Channel}", $"{item.Amplitude:F4}", item.Gain == 1 ? "" : $"{item.Gain:F3}"];
            if (sound is not null)
            {
                cells =
                [
                    .. cells, sound.Note ?? "", sound.FundamentalHz?.ToString("F1") ?? "", $"{sound.PitchConfidence:F2}",
                    $"{sound.DecaySeconds:F2}", $"{sound.CentroidHz:F0}", $"{100 * sound.EnergyShare:F2}",
                ];
            }

            table.AddRow(cells);
        }

        return table;
    }

    private static Dictionary<string, object?> Facts(SparseCode code, SoundEvent item, EventSound? sound)
    {
        var facts = new Dictionary<string, object?>
        {
            ["time"] = code.SecondsOf(item),
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
