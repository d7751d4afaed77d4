using System.CommandLine;
using SparseAudio.Codec.Format;

namespace SparseAudio.Cli;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class Options
{
    /// <summary>On every command: results and errors only.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Write nothing but results and errors.", Recursive = true };

    /// <summary>On every command: stack traces.</summary>
    public static Option<bool> Debug { get; } = new("--debug") { Description = "On an error, show the stack trace too.", Recursive = true };

    /// <summary>For commands that write files.</summary>
    public static Option<bool> Force { get; } = new("--force", "-f") { Description = "Overwrite files that exist." };

    /// <summary>For commands whose result a program may want to read.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };

    /// <summary>For commands that run the model.</summary>
    public static Option<string> Device { get; } = new("--device")
    {
        Description = "The device to compute on: auto (a GPU where there is one), cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>For commands that run the model: which preset, when no checkpoint is named.</summary>
    public static Option<string?> Preset { get; } = new("--preset")
    {
        Description = "Use an untrained model of this preset: published or workbook; for train also notes, the note detector.",
    };

    /// <summary>For commands that run the model: a checkpoint.</summary>
    public static Option<string?> Model { get; } = new("--model")
    {
        Description = "The model to use: a checkpoint (.safetensors) or the folder of a training; without it, the model that ships.",
        HelpName = "FILE",
    };

    /// <summary>For commands that find notes: a detector.</summary>
    public static Option<string?> Detector { get; } = new("--detector")
    {
        Description = "The note detector to use (.safetensors), or the folder of its training; without it, the one that ships.",
        HelpName = "FILE",
    };

    /// <summary>For everything random.</summary>
    public static Option<long> Seed { get; } = new("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 0 };

    /// <summary>For commands that write code files.</summary>
    public static Option<double> Quality { get; } = new("--quality")
    {
        Description = FormattableString.Invariant($"How finely numbers are kept, 0 to {CodePrecision.HighestQuality}: one more halves their steps; ")
            + "at 6 the difference can just be measured.",
        DefaultValueFactory = _ => CodePrecision.UsualQuality,
        HelpName = "Q",
    };

    /// <summary>For commands that write code files.</summary>
    public static Option<bool> Lossless { get; } = new("--lossless") { Description = "Keep every number exactly." };

    /// <summary>Adds the options of the model to a command that runs it, see <see cref="LoadedModel"/>.</summary>
    public static CliCommand WithModelOptions(this CliCommand command) => command.With(Model, Preset, Seed, Device);

    /// <summary>Adds the options of <see cref="Precision"/> to a command that writes code files.</summary>
    public static CliCommand WithPrecisionOptions(this CliCommand command) => command.With(Quality, Lossless);

    /// <summary>How finely <see cref="Quality"/> and <see cref="Lossless"/> ask to keep numbers.</summary>
    /// <exception cref="CommandException">The quality is not possible.</exception>
    public static CodePrecision Precision(this Invocation invocation)
    {
        if (invocation.Value(Lossless)) return CodePrecision.Lossless;
        var quality = invocation.Value(Quality);
        return quality is >= 0 and <= CodePrecision.HighestQuality
            ? new CodePrecision(quality)
            : throw new CommandException(
                FormattableString.Invariant($"--quality {quality} is not possible; give 0 to {CodePrecision.HighestQuality}, or --lossless"));
    }

    private static CliCommand With(this CliCommand command, params Option[] options)
    {
        foreach (var option in options) command.Add(option);
        return command;
    }
}
