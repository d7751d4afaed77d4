using System.CommandLine;
using SparseAudio.Cli.Commands;

namespace SparseAudio.Cli;

/// <summary>The commands in the order in which <c>sparseaudio --help</c> lists them, one file each under <c>Commands/</c>.</summary>
internal static class AllCommands
{
    public static IReadOnlyList<Command> Create() =>
    [
        EncodeCommand.Create(),
        DecodeCommand.Create(),
        InfoCommand.Create(),
        EventsCommand.Create(),
        EditCommand.Create(),
        ConvertCommand.Create(),
        GenerateCommand.Create(),
        TrainCommand.Create(),
        ExportCommand.Create(),
        BenchCommand.Create(),
        DataCommand.Create(),
        CompareCommand.Create(),
        EvaluateCommand.Create(),
    ];
}
