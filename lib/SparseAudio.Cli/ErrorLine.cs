using System.CommandLine;

namespace SparseAudio.Cli;

/// <summary>Errors as one line on stderr: <c>sparseaudio: error: what, where, and the way out</c>.</summary>
internal static class ErrorLine
{
    /// <summary>Writes <paramref name="exception"/> as one line, or with its stack trace when <paramref name="debug"/> is set.</summary>
    public static void Write(Exception exception, bool debug)
    {
        if (debug) Console.Error.WriteLine(exception);
        Console.Error.WriteLine("sparseaudio: error: " + Describe(exception));
    }

    /// <summary>Writes the first thing that was wrong with the command line, and where to read on.</summary>
    public static void WriteUsage(ParseResult parse)
    {
        Console.Error.WriteLine("sparseaudio: error: " + Readable(FirstLine(parse.Errors[0].Message)));
        Console.Error.WriteLine($"try: {CommandPath(parse)} --help");
    }

    // The parser tells the type as .NET calls it.
    private static string Readable(string message)
    {
        var parts = message.Split(" as expected type '");
        var kind = parts.Length < 2 ? null
            : parts[1].Contains("Int", StringComparison.Ordinal) ? "a whole number"
            : parts[1].Contains("Double", StringComparison.Ordinal) ? "a number" : null;
        return kind is null ? message : $"{parts[0]}: it must be {kind}";
    }

    private static string Describe(Exception exception) => exception switch
    {
        AggregateException { InnerException: { } inner } => Describe(inner),
        TypeInitializationException { InnerException: { } inner } => Describe(inner),
        FileNotFoundException { FileName: { } name } when !exception.Message.Contains(name) => $"{name}: not found",
        OutOfMemoryException => "not enough memory; try a smaller batch or fewer events",
        _ when IsOurs(exception) => FirstLine(exception.Message),
        _ => $"{FirstLine(exception.Message)} ({exception.GetType().Name}; --debug shows where)",
    };

    // These are thrown with a message for people; anything else is a surprise, which --debug helps to report.
    private static bool IsOurs(Exception exception) =>
        exception is CommandException or IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException
        || exception.GetType().Namespace?.StartsWith(nameof(SparseAudio), StringComparison.Ordinal) == true;

    private static string FirstLine(string message) =>
        message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "unknown error";

    private static string CommandPath(ParseResult parse)
    {
        var names = new List<string>();
        for (var result = parse.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
            names.Insert(0, result.Command.Name);
        return string.Join(' ', names);
    }
}
