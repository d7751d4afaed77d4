using System.CommandLine;
using SparseAudio.Training;

namespace SparseAudio.Cli.Commands;

/// <summary><c>sparseaudio export</c>: a trained model to pass on.</summary>
internal static class ExportCommand
{
    private static readonly Option<bool> _half = new("--half")
    {
        Description = "Store numbers in 16 bits: half the size, a precision of three digits.",
    };

    public static Command Create()
    {
        var input = new Argument<string>("input")
        {
            Description = "A checkpoint (.safetensors), or the folder of a training, of which the best one is taken.",
        };
        var output = new Argument<string>("output") { Description = "The model file (.safetensors) to write." };
        var command = new CliCommand(
            "export",
            "Save a trained model to pass on: weights and configuration, a third of a checkpoint's size, without what only --resume needs.",
            "sparseaudio export runs/mine mine.safetensors",
            "sparseaudio export runs/mine mine.safetensors --half")
        {
            input, output, _half, Options.Force,
        };
        command.Runs(invocation => Run(invocation, invocation.Value(input)!, invocation.Value(output)!));
        return command;
    }

    private static void Run(Invocation invocation, string input, string output)
    {
        if (!File.Exists(input) && !Directory.Exists(input)) throw new CommandException($"{input}: there is no such checkpoint");
        if (Path.GetFullPath(input) == Path.GetFullPath(output))
            throw new CommandException($"{output}: is the input; name another output, for a training cannot be resumed from what is exported");
        if (output == Pipes.Name) throw new CommandException("a model is not written to stdout; name a file");
        FileJobs.CheckOutput(output, [".safetensors"], invocation.Value(Options.Force));
        ModelFile.Export(input, output, invocation.Value(_half));
        invocation.Note($"{output}: {new FileInfo(output).Length / 1e6:F1} MB");
    }
}
