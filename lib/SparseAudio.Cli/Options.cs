using System.CommandLine;

namespace SparseAudio.Cli;

/// <summary>Options that mean the same in every command that has them.</summary>
internal static class Options
{
    /// <summary>On every command: results and errors only.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Say nothing but results and errors.", Recursive = true };

    /// <summary>On every command: stack traces.</summary>
    public static Option<bool> Debug { get; } = new("--debug") { Description = "On an error, show the stack trace too.", Recursive = true };

    /// <summary>For commands that write files.</summary>
    public static Option<bool> Force { get; } = new("--force", "-f") { Description = "Overwrite files that exist." };

    /// <summary>For commands whose result a program may want to read.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };

    /// <summary>For commands that run the model.</summary>
    public static Option<string> Device { get; } = new("--device")
    {
        Description = "Where to compute: auto (a GPU where there is one), cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>For commands that run the model: which preset, when no checkpoint is named.</summary>
    public static Option<string?> Preset { get; } = new("--preset") { Description = "Use an untrained model of this preset: published or workbook." };

    /// <summary>For commands that run the model: a checkpoint.</summary>
    public static Option<string?> Model { get; } = new("--model")
    {
        Description = "The model to use: a checkpoint (.safetensors) or the folder of a training; without it the one that ships.",
        HelpName = "FILE",
    };

    /// <summary>For everything random.</summary>
    public static Option<long> Seed { get; } = new("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 0 };
}
