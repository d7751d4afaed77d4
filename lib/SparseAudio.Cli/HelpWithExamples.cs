using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SparseAudio.Cli;

/// <summary>The ordinary help, and after it the command's examples and, for the whole tool, the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction ordinary) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        ordinary.Invoke(parseResult);
        var writer = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        if (command is CliCommand { Examples.Count: > 0 } documented)
        {
            writer.WriteLine("Examples:");
            foreach (var example in documented.Examples) writer.WriteLine("  " + example);
            writer.WriteLine();
        }

        if (parseResult.CommandResult.Parent is null)
            writer.WriteLine("Exit codes: 0 done, 1 failed, 2 command line not understood, 130 or 143 interrupted.");
        return ExitCode.Ok;
    }
}
