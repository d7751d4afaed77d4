using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace SparseAudio.Cli;

/// <summary>
/// One run of a command. Results go to <see cref="Out"/> (stdout); notes, progress and errors go to stderr, so that a pipe
/// carries only what was asked for.
/// </summary>
internal sealed class Invocation(ParseResult parse, CancellationToken cancellation)
{
    // Columns of tables, and of notes that are never to be wrapped, where there is no terminal whose width counts.
    private const int TableWidth = 160;
    private const int NoteWidth = 10_000;

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The parsed command line.</summary>
    public ParseResult Parse { get; } = parse;

    /// <summary>Cancelled by Ctrl-C or a termination signal; long work asks it between steps.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Whether only results and errors are wanted.</summary>
    public bool Quiet => Parse.GetValue(Options.Quiet);

    /// <summary>Stdout, for results.</summary>
    public IAnsiConsole Out { get; } = Console(System.Console.Out, System.Console.IsOutputRedirected, TableWidth);

    /// <summary>Stderr, for notes and progress.</summary>
    public IAnsiConsole Error { get; } = Console(System.Console.Error, System.Console.IsErrorRedirected, NoteWidth);

    /// <summary>The value of an option, its default if it was not given.</summary>
    public T? Value<T>(Option<T> option) => Parse.GetValue(option);

    /// <summary>The value of an argument, its default if it was not given.</summary>
    public T? Value<T>(Argument<T> argument) => Parse.GetValue(argument);

    /// <summary>Whether the option was typed, as opposed to left at its default.</summary>
    public bool Has(Option option) => Parse.GetResult(option) is { Implicit: false };

    /// <summary>Writes a line to stderr unless quiet.</summary>
    public void Note(string text)
    {
        if (!Quiet) Error.WriteLine(text);
    }

    /// <summary>Writes a result to stdout as JSON, its names in camel case.</summary>
    public void WriteJson(object result)
    {
        using var output = System.Console.OpenStandardOutput();
        JsonSerializer.Serialize(output, result, _json);
        output.Write("\n"u8);
    }

    /// <summary>
    /// Runs long work with its progress on stderr unless quiet: a bar that disappears on a terminal, elsewhere a line at a few
    /// milestones of work that takes longer than a second.
    /// </summary>
    public T WithProgress<T>(string title, Func<ProgressBar, T> work) => Quiet
        ? work(new ProgressBar(null, title))
        : Error.Progress().AutoClear(true).HideCompleted(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new ProgressBar(context, title)));

    private static IAnsiConsole Console(TextWriter writer, bool redirected, int widthWhenRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected) console.Profile.Width = widthWhenRedirected;
        return console;
    }
}

/// <summary>The progress of long work, shown by <see cref="Invocation.WithProgress"/>.</summary>
internal sealed class ProgressBar(ProgressContext? context, string title) : IProgress<double>
{
    private string _title = title;
    private ProgressTask? _task = context?.AddTask(title.EscapeMarkup(), maxValue: 1);

    /// <inheritdoc/>
    public void Report(double value) => Report(value, "");

    /// <summary>Reports the share of the work that is done, 0 to 1, and what else to show.</summary>
    public void Report(double value, string detail)
    {
        if (_task is null) return;
        _task.Value = value;
        _task.Description = (detail.Length > 0 ? $"{_title}: {detail}" : _title).EscapeMarkup();
    }

    /// <summary>Begins another stage of the work, unless it is the one that is shown.</summary>
    public void BeginStage(string title)
    {
        if (title == _title) return;
        _task?.StopTask();
        _title = title;
        _task = context?.AddTask(title.EscapeMarkup(), maxValue: 1);
    }
}
