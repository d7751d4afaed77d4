using System.CommandLine;
using SparseAudio.Codec;
using SparseAudio.Codec.Editing;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio edit</c>: changes a code, always in the order in which the help lists the options.</summary>
internal static class EditCommand
{
    private const double HalfSemitone = 50;

    private static readonly Option<string?> _keep = new("--keep")
    {
        Description = $"Keep these events. {EventQueryText.Grammar}",
        HelpName = "QUERY",
    };
    private static readonly Option<string?> _mute = new("--mute") { Description = "Take these events out.", HelpName = "QUERY" };
    private static readonly Option<int?> _strongest = new("--strongest") { Description = "Keep this many events, those with the largest amplitude." };
    private static readonly Option<string> _where = new("--where")
    {
        Description = "Which events --transpose, --gain and --move change.",
        DefaultValueFactory = _ => "all",
        HelpName = "QUERY",
    };

    private static readonly Option<double?> _transpose = new("--transpose")
    {
        Description = "Semitones up (or down), fractions included.",
    };
    private static readonly Option<double?> _gain = new("--gain") { Description = "Decibels louder (or softer)." };
    private static readonly Option<double?> _move = new("--move") { Description = "Seconds later (or earlier)." };
    private static readonly Option<double?> _stretch = new("--stretch")
    {
        Description = "Stretch the time line by this factor; events keep their duration and pitch.",
    };
    private static readonly Option<string?> _room = new("--room")
    {
        Description = "Decode the events in the contexts of another code, and so with its reverb.",
        HelpName = "FILE",
    };
    private static readonly Option<string?> _merge = new("--merge") { Description = "Add the events of another code.", HelpName = "FILE" };
    private static readonly Option<double> _at = new("--at") { Description = "Where the merged code begins, in seconds." };

    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "A code file (.sparse or .json), or - for stdin." };
        var output = new Argument<string>("output") { Description = "The new code file (.sparse or .json), or - for stdout." };
        var command = new CliCommand(
            "edit",
            "Change events: select, mute, transpose, move, merge. Other events sound as before; the edits are made in the order below.",
            "sparseaudio edit song.sparse bass.sparse --keep \"pitch:..C3\"",
            "sparseaudio edit song.sparse quiet.sparse --where \"time:2..4 and not bright:..800\" --gain -12",
            "sparseaudio edit song.sparse up.sparse --transpose 7 --move 0.5",
            "sparseaudio edit a.sparse both.sparse --merge b.sparse --at 1.5",
            "sparseaudio edit song.sparse - --stretch 2 | sparseaudio decode - slow.wav")
        {
            input, output, _keep, _mute, _strongest, _where, _transpose, _gain, _move, _stretch, _room, _merge, _at, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!, invocation.Value(output)!));
        return command.WithPrecisionOptions().WithModelOptions();
    }

    private static void Run(Invocation invocation, string input, string output)
    {
        Option[] edits = [_keep, _mute, _strongest, _transpose, _gain, _move, _stretch, _room, _merge];
        if (!edits.Any(invocation.Has))
            throw new CommandException("say what to change, for example --keep \"pitch:..C4\"; edit --help lists what there is");
        if (invocation.Has(_at) && !invocation.Has(_merge))
            throw new CommandException("--at says where a merged code begins; give --merge FILE with it");
        if (invocation.Has(_where) && !new Option[] { _transpose, _gain, _move }.Any(invocation.Has))
            throw new CommandException(
                "--where says which events --transpose, --gain and --move change; give one of these, or select with --keep or --mute");
        var force = invocation.Value(Options.Force);
        FileJobs.CheckOutput(output, CodeFiles.OutputExtensions, force);
        var precision = invocation.Precision();
        var code = CodeFiles.Read(invocation, input);
        using var sounds = new EventSounds(invocation);
        var edited = Combine(Change(Select(code, invocation, sounds), invocation, sounds), invocation);
        CodeFiles.Write(output, edited, precision, force);
        invocation.Note(
            $"{output}: {edited.Events.Length} events in {edited.DurationSeconds:F1} s (of {code.Events.Length} in {code.DurationSeconds:F1} s)");
    }

    private static SparseCode Select(SparseCode code, Invocation invocation, EventSounds sounds)
    {
        if (Query(invocation, _keep) is { } keep) code = code.Solo(keep, sounds.For(code, keep));
        if (Query(invocation, _mute) is { } mute) code = code.Mute(mute, sounds.For(code, mute));
        return invocation.Value(_strongest) is { } count ? code.Strongest(count) : code;
    }

    private static SparseCode Change(SparseCode code, Invocation invocation, EventSounds sounds)
    {
        var where = EventQueryText.Parse(invocation.Value(_where)!);
        if (invocation.Value(_transpose) is { } semitones)
        {
            var transposition = code.Transpose(where, semitones, sounds.Pitches(code), sounds.For(code, where));
            code = transposition.Code;
            invocation.Note(Said(transposition));
        }

        if (invocation.Value(_gain) is { } decibels) code = code.Gain(where, decibels, sounds.For(code, where));
        if (invocation.Value(_move) is { } seconds) code = code.Move(where, seconds, sounds.For(code, where));
        return invocation.Value(_stretch) is { } factor ? code.Stretch(factor) : code;
    }

    private static string Said(Transposition transposition)
    {
        var beyond = transposition.Events.Count(e => Math.Abs(e.DeviationCents) > HalfSemitone);
        return $"transposed {transposition.Events.Length} events, at most {transposition.WorstCents:F0} cents off"
            + (beyond > 0 ? $" ({beyond} of them would be above or below the model's range)" : "")
            + $"; {transposition.WithoutPitch} have no pitch and are unchanged";
    }

    private static SparseCode Combine(SparseCode code, Invocation invocation)
    {
        if (invocation.Value(_room) is { } room) code = code.WithContextsOf(CodeFiles.Read(invocation, room));
        return invocation.Value(_merge) is { } other ? code.Merge(CodeFiles.Read(invocation, other), invocation.Value(_at)) : code;
    }

    private static EventQuery? Query(Invocation invocation, Option<string?> option) =>
        invocation.Value(option) is { } text ? EventQueryText.Parse(text) : null;
}
