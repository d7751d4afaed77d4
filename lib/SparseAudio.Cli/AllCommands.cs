using System.CommandLine;

namespace SparseAudio.Cli;

/// <summary>The commands in the order in which <c>sparseaudio --help</c> lists them, one file each under <c>Commands/</c>.</summary>
internal static class AllCommands
{
    public static IReadOnlyList<Command> Create() =>
    [
        Commands.TrainCommand.Create(),
        Commands.BenchCommand.Create(),
        Commands.DataCommand.Create(),
    ];
}
