using System.CommandLine;
using Spectre.Console;

namespace SparseAudio.Cli;

/// <summary>
/// One run of a command. Results go to <see cref="Out"/> (stdout), everything said along the way to stderr,
/// so that a pipe carries only what was asked for.
/// </summary>
internal sealed class Invocation(ParseResult parse, CancellationToken cancellation)
{
    private const int WidthWithoutTerminal = 160;

    /// <summary>What was typed.</summary>
    public ParseResult Parse { get; } = parse;

    /// <summary>Cancelled by Ctrl-C or a termination signal; long work asks it between steps.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Whether only results and errors are wanted.</summary>
    public bool Quiet => Parse.GetValue(Options.Quiet);

    /// <summary>Stdout, for results.</summary>
    public IAnsiConsole Out { get; } = Console(System.Console.Out, System.Console.IsOutputRedirected);

    /// <summary>The value of an option, its default if it was not given.</summary>
    public T? Value<T>(Option<T> option) => Parse.GetValue(option);

    /// <summary>The value of an argument, its default if it was not given.</summary>
    public T? Value<T>(Argument<T> argument) => Parse.GetValue(argument);

    /// <summary>Whether the option was typed, as opposed to left at its default.</summary>
    public bool Has(Option option) => Parse.GetResult(option) is { Implicit: false };

    /// <summary>Says something to the person at the terminal (stderr) unless quiet.</summary>
    public void Note(string text)
    {
        if (!Quiet) System.Console.Error.WriteLine(text);
    }

    /// <summary>Starts a progress line for long work, on stderr; silent when quiet.</summary>
    public ProgressLine Progress(string title) => new(title, Quiet ? null : System.Console.Error, !System.Console.IsErrorRedirected);

    private static IAnsiConsole Console(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected) console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
