using System.CommandLine;
using System.CommandLine.Parsing;

namespace SparseAudio.Cli;

/// <summary>A command cannot do what it was asked for; the message says why, and what to do instead.</summary>
internal sealed class CommandException(string message) : Exception(message);

/// <summary>What <c>sparseaudio</c> returns to the shell; an interrupted run returns 128 + the signal's number.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something went wrong; stderr says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The terminal was closed (SIGHUP).</summary>
    public const int HungUp = 129;

    /// <summary>Ctrl-C (SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>A termination signal (SIGTERM).</summary>
    public const int Terminated = 143;
}

/// <summary>Errors as one line on stderr: <c>sparseaudio: error: what, where, and what to do</c>.</summary>
internal static class ErrorLine
{
    /// <summary>Writes <paramref name="exception"/> as one line, with its stack trace before it when <c>--debug</c> was given.</summary>
    public static void Write(Exception exception, ParseResult parse, string who = "")
    {
        if (parse.GetValue(Options.Debug)) Console.Error.WriteLine(exception);
        Console.Error.WriteLine("sparseaudio: error: " + who + Text(exception, parse));
    }

    /// <summary>What went wrong, in one line.</summary>
    public static string Text(Exception exception, ParseResult parse) => Printable(FirstLine(Describe(exception, parse)));

    /// <summary>Writes the first mistake of the command line, and where to read on.</summary>
    public static void WriteUsage(ParseResult parse)
    {
        Console.Error.WriteLine("sparseaudio: error: " + WithoutTypeNames(FirstLine(parse.Errors[0].Message)));
        Console.Error.WriteLine($"try: {CommandPath(parse)} --help");
    }

    // The parser names the expected type as .NET does.
    private static string WithoutTypeNames(string message)
    {
        var parts = message.Split(" as expected type '");
        var kind = parts.Length < 2 ? null
            : parts[1].Contains("Int", StringComparison.Ordinal) ? "a whole number"
            : parts[1].Contains("Double", StringComparison.Ordinal) ? "a number" : null;
        return kind is null ? message : $"{parts[0]}: it must be {kind}";
    }

    private static string Describe(Exception exception, ParseResult parse) => exception switch
    {
        AggregateException { InnerException: { } inner } => Describe(inner, parse),
        TypeInitializationException { InnerException: { } inner } => Describe(inner, parse),
        FileNotFoundException { FileName: { } name } when !exception.Message.Contains(name) => $"{name}: not found",
        OutOfMemoryException => "not enough memory; try a smaller batch or fewer events",
        _ when IsMeantForPeople(exception) => WithPrintableNames(exception.Message, parse),
        _ => $"{FirstLine(WithPrintableNames(exception.Message, parse))} ({exception.GetType().Name}; --debug shows where)",
    };

    // A file's name can hold a line end, which is not where the message's first line ends.
    private static string WithPrintableNames(string message, ParseResult parse) =>
        parse.Tokens.Select(token => token.Value).Where(name => name.Any(char.IsControl))
            .Aggregate(message, (text, name) => text.Replace(name, Printable(name), StringComparison.Ordinal));

    // Control characters as codes: printed, they would steer the terminal.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : $"{c}"));

    // Any other exception is a defect, which --debug helps to report.
    private static bool IsMeantForPeople(Exception exception) =>
        exception is CommandException or IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException
        || exception.GetType().Namespace?.StartsWith(nameof(SparseAudio), StringComparison.Ordinal) == true;

    private static string FirstLine(string message) =>
        message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "unknown error";

    private static string CommandPath(ParseResult parse)
    {
        var names = new List<string>();
        for (var result = parse.CommandResult; result is not null; result = result.Parent as CommandResult) names.Insert(0, result.Command.Name);
        return string.Join(' ', names);
    }
}
