using System.CommandLine;

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
