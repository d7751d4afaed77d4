using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using SparseAudio.Cli.Commands;
using SparseAudio.IO;

namespace SparseAudio.Cli;

/// <summary>The entry of <c>sparseaudio</c>: reads the command line, runs one command, and turns its outcome into an exit code.</summary>
internal static class Program
{
    // In the order in which the help lists them.
    private static IEnumerable<Command> Commands =>
    [
        EncodeCommand.Create(),
        DecodeCommand.Create(),
        InfoCommand.Create(),
        EventsCommand.Create(),
        EditCommand.Create(),
        ConvertCommand.Create(),
        GenerateCommand.Create(),
        PageCommand.Create(),
        TranscribeCommand.Create(),
        TrainCommand.Create(),
        ExportCommand.Create(),
        BenchCommand.Create(),
        DataCommand.Create(),
        CompareCommand.Create(),
        EvaluateCommand.Create(),
        ManifestCommand.Create(),
    ];

    private static int Main(string[] args)
    {
        var parse = CreateRoot().Parse(args);
        if (parse.Action is ParseErrorAction)
        {
            ErrorLine.WriteUsage(parse);
            return ExitCode.Usage;
        }

        TemporaryFolder.Sweep();
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
            ErrorLine.Write(exception, parse);
            return ExitCode.Failed;
        }
    }

    // An ordinary command stands in for RootCommand, whose name would be that of the file that happens to run.
    private static CliCommand CreateRoot()
    {
        var root = new CliCommand(
            "sparseaudio",
            "Sound as sparse events: encode a recording, edit its events, decode them again.",
            "sparseaudio encode song.flac song.sparse",
            "sparseaudio edit song.sparse low.sparse --keep \"pitch:..C4\"",
            "sparseaudio decode low.sparse low.wav")
        {
            Options.Quiet,
            Options.Debug,
            new HelpOption(),
            new VersionOption(),
        };
        foreach (var command in Commands) root.Subcommands.Add(command);

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
