using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SparseAudio.Cli;

/// <summary>A command with examples in its help, which runs synchronously: torch's dispose scopes belong to one thread.</summary>
internal sealed class CliCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Whole command lines, shown at the end of the command's help.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>Sets what the command does; <paramref name="run"/> returns the exit code and may throw.</summary>
    public void Runs(Func<Invocation, int> run) =>
        SetAction((parse, cancellation) => Task.FromResult(run(new Invocation(parse, cancellation))));

    /// <summary>Sets what the command does when success is the only exit code besides an exception's.</summary>
    public void Runs(Action<Invocation> run) => Runs(invocation =>
    {
        run(invocation);
        return ExitCode.Ok;
    });
}

/// <summary>The ordinary help, followed by the command's examples and, for the whole tool, the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction ordinary) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        ordinary.Invoke(parseResult);
        var writer = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is CliCommand { Examples.Count: > 0 } documented)
        {
            writer.WriteLine("Examples:");
            foreach (var example in documented.Examples) writer.WriteLine("  " + example);
            writer.WriteLine();
        }

        if (parseResult.CommandResult.Parent is null)
            writer.WriteLine("Exit codes: 0 done, 1 failed, 2 command line not understood, 129, 130 or 143 interrupted.");
        return ExitCode.Ok;
    }
}
