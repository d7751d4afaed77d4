using System.CommandLine;
using System.Text;
using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Interactive.Editor;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio page</c>: a code as one page, in which its events are heard and edited.</summary>
internal static class PageCommand
{
    private const string Extension = ".html";
    private const double UsualSeconds = 60;

    private static readonly Option<string?> _original = new("--original")
    {
        Description = "The recording, to hear and see beside the events; a copy of it goes into the page.",
        HelpName = "FILE",
    };
    private static readonly Option<string?> _title = new("--title") { Description = "What the page is called. Default: the input's name." };
    private static readonly Option<double> _from = new("--from") { Description = "Begin here, in seconds; rounded down to the border of a segment." };
    private static readonly Option<double> _seconds = new("--seconds")
    {
        Description = $"How much of a longer code goes into the page, at most {EventEditor.LongestSeconds}.",
        DefaultValueFactory = _ => UsualSeconds,
    };

    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "A code file (.sparse or .json), or - for stdin." };
        var output = new Argument<string?>("output")
        {
            Description = "The page (.html), or - for stdout. Default: the input's name with .html.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new CliCommand(
            "page",
            "Make one page of a code, to open in a browser: hear its events, move, mute and copy them, save what comes of it.",
            "sparseaudio page song.sparse",
            "sparseaudio page song.sparse song.html --original song.flac",
            "sparseaudio page long.sparse part.html --from 90 --seconds 30")
        {
            input, output, _original, _title, _from, _seconds, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!, invocation.Value(output)));
        return command.WithModelOptions();
    }

    private static void Run(Invocation invocation, string input, string? output)
    {
        var (from, seconds) = (invocation.Value(_from), invocation.Value(_seconds));
        if (!(from >= 0)) throw new CommandException($"--from is a time in seconds from 0, not {from}");
        if (!(seconds > 0 && seconds <= EventEditor.LongestSeconds))
            throw new CommandException($"--seconds is above 0 and at most {EventEditor.LongestSeconds}, not {seconds}");
        output ??= input == Pipes.Name ? Pipes.Name : Path.ChangeExtension(input, Extension);
        var force = invocation.Value(Options.Force);
        FileJobs.CheckOutput(output, [Extension], force);
        var whole = CodeFiles.Read(invocation, input);
        var code = Part(whole, from, seconds);
        var original = invocation.Value(_original) is { } file ? Original(file, code, from) : null;
        using var model = LoadedModel.Load(invocation);
        if (model.Config.HertzOf(0) is null)
            throw new CommandException($"{input}: a page shows notes, and the events of the model '{model.Config.Name}' are none");
        var name = invocation.Value(_title) ?? (input == Pipes.Name ? "Events" : Path.GetFileNameWithoutExtension(input));
        var page = Encoding.UTF8.GetBytes(new EventEditor(code, model, name, original).ToPage());
        CodeFiles.WriteBytes(output, page, force);
        var cut = code.Length < whole.Length ? $" of {whole.DurationSeconds:F1} s (--from and --seconds choose which)" : "";
        var events = $"{code.Events.Length} events in {code.DurationSeconds:F1} s{cut}";
        invocation.Note($"{output}: {events}, {page.Length / 1e6:F1} MB; open it in a browser");
    }

    // Of the recording as much as there is of the code.
    private static AudioClip Original(string file, SparseCode code, double from)
    {
        if (!File.Exists(file)) throw new CommandException($"{file}: there is no such file");
        var clip = AudioFile.Read(file, code.Layout.SampleRate);
        var start = Math.Min(FirstSegment(code.Layout, from) * (long)code.Layout.SegmentSamples, clip.Samples.Length);
        var end = Math.Min(start + code.Length, clip.Samples.Length);
        return new AudioClip(clip.Samples[(int)start..(int)end], clip.SampleRate, clip.Name);
    }

    private static SparseCode Part(SparseCode code, double from, double seconds)
    {
        var first = FirstSegment(code.Layout, from);
        var start = first * (long)code.Layout.SegmentSamples;
        if (start >= code.Length) throw new CommandException($"--from {from} lies behind the code's end at {code.DurationSeconds:F2} s");
        var length = Math.Min(code.Length - start, (long)Math.Ceiling(seconds * code.Layout.SampleRate));
        var firstFrame = first * code.Layout.SegmentFrames;
        var events = code.Events.Select(e => e with { Frame = e.Frame - firstFrame });
        return code.With(events.Where(e => e.Frame >= 0 && (long)e.Frame * code.Layout.Hop < length), length);
    }

    private static int FirstSegment(CodeLayout layout, double from) => (int)(from * layout.SampleRate / layout.SegmentSamples);
}
