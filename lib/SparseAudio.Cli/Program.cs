using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SparseAudio.Cli;

/// <summary>The whole command line: the root command, and what every command has in common when it runs.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs <paramref name="args"/>; see <see cref="ExitCode"/> for what it returns.</summary>
    public static int Run(string[] args)
    {
        var parse = CreateRoot().Parse(args);
        if (parse.Action is ParseErrorAction)
        {
            ErrorLine.WriteUsage(parse);
            return ExitCode.Usage;
        }

        using var interruption = new Interruption();
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return parse.InvokeAsync(configuration, interruption.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("sparseaudio: interrupted");
            return interruption.ExitCode;
        }
        catch (Exception exception)
        {
            ErrorLine.Write(exception, parse.GetValue(SharedOptions.Debug));
            return ExitCode.Failed;
        }
    }

    // An ordinary command stands in for RootCommand, whose name would be that of the file that happens to run.
    private static CliCommand CreateRoot()
    {
        var root = new CliCommand(
            "sparseaudio",
            "Sound as sparse events: encode a recording, edit its events, hear them again.",
            "sparseaudio encode song.flac song.sparse",
            "sparseaudio edit song.sparse low.sparse --keep \"pitch:..C4\"",
            "sparseaudio decode low.sparse low.wav")
        {
            SharedOptions.Quiet,
            SharedOptions.Debug,
            new HelpOption(),
            new VersionOption(),
        };
        foreach (var command in AllCommands.Create()) root.Subcommands.Add(command);

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.Runs(invocation =>
        {
            ((HelpWithExamples)help.Action).Invoke(invocation.Parse);
            return ExitCode.Usage;
        });
        return root;
    }
}
