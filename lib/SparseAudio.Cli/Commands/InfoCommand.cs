using System.CommandLine;
using Spectre.Console;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio info</c>: what a code file holds and its bit rate.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var input = new Argument<string[]>("file")
        {
            Description = "Code files (.sparse or .json), or - for stdin.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new CliCommand(
            "info",
            "Show what a code file holds: its model, length and events; of a .sparse file also bit rate, layers and error of amplitudes.",
            "sparseaudio info song.sparse",
            "sparseaudio info codes/*.sparse --json")
        {
            input, Options.Json,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!));
        return command;
    }

    private static void Run(Invocation invocation, string[] files)
    {
        var facts = files.Select(file => Facts(invocation, file)).ToList();
        if (invocation.Value(Options.Json))
        {
            invocation.WriteJson(facts);
            return;
        }

        foreach (var fact in facts)
        {
            var grid = new Grid().AddColumn().AddColumn();
            foreach (var (name, value) in fact) grid.AddRow(Markup.Escape(name), Markup.Escape(Text(name, value)));
            invocation.Out.Write(grid);
        }
    }

    private static Dictionary<string, object> Facts(Invocation invocation, string file)
    {
        using var reader = CodeFiles.Open(invocation, file);
        var info = reader.Info;
        var (channels, contexts, details, computed) = (new HashSet<int>(), 0, 0, false);
        foreach (var (item, context) in reader.EventsInContext())
        {
            channels.Add(item.Channel);
            (contexts, details) = (Math.Max(contexts, item.Context + 1), item.Details.Length);
            computed |= !context.Numbers.IsEmpty;
        }

        var facts = new Dictionary<string, object>
        {
            ["file"] = file,
            ["model"] = reader.Model,
            ["seconds"] = reader.DurationSeconds,
            ["sampleRate"] = reader.Layout.SampleRate,
            ["samples"] = reader.Length,
            ["events"] = reader.EventCount,
            ["eventsPerSecond"] = reader.Length == 0 ? 0 : reader.EventCount / reader.DurationSeconds,
            ["distinctChannels"] = channels.Count,
            ["contexts"] = contexts,
            ["detailsPerEvent"] = details,
        };
        // JSON has neither a bit rate nor an error.
        if (!CodeFiles.IsJson(file))
        {
            facts["fileBytes"] = info.FileBytes;
            facts["headerBytes"] = info.HeaderBytes;
            facts["eventBytes"] = info.EventBytes;
            facts["bitsPerSecond"] = info.BitsPerSecond(reader.DurationSeconds);
            facts["bitsPerEvent"] = reader.EventCount == 0 ? 0 : info.EventBytes * 8.0 / reader.EventCount;
            facts["amplitudeErrorPercent"] = 100 * info.AmplitudeError;
            facts["layers"] = info.Layers.Select(layer => new LayerFacts(
                layer.EndByte, layer.EndByte * 8 / 1000.0 / reader.DurationSeconds, layer.Events, layer.Detailed)).ToArray();
            facts["missingLayers"] = info.MissingLayers;
        }

        // Contexts that the encoder computed do not tell whether events were edited since.
        if (!computed) facts["edited"] = info.ListsContexts;
        return facts;
    }

    // A beginning of the file that is a code of its own.
    private sealed record LayerFacts(int Bytes, double KilobitsPerSecond, int Events, bool Detailed);

    private static string Text(string name, object value) => value switch
    {
        double number when name == "bitsPerSecond" => $"{number:F0} (without the header)",
        double number when name == "amplitudeErrorPercent" => $"at most {number:0.####}",
        double number => number.ToString("0.###"),
        LayerFacts[] layers => string.Join("\n", layers.Select(layer =>
            $"{layer.Events} events{(layer.Detailed ? " with details" : "")}: the first {layer.Bytes} bytes, {layer.KilobitsPerSecond:0.##} kbit/s")),
        true => "yes",
        false => "no",
        _ => value.ToString()!,
    };
}
