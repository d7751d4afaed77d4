using System.CommandLine;
using SparseAudio.Codec.Format;

namespace SparseAudio.Cli;

/// <summary><c>--bits</c> and <c>--lossless</c> of commands that write code files.</summary>
internal static class PrecisionOptions
{
    private static readonly Option<int> _bits = new("--bits")
    {
        Description = "Bits of an amplitude before it is packed, 2 to 16.",
        DefaultValueFactory = _ => new CodePrecision().AmplitudeBits,
    };

    private static readonly Option<bool> _lossless = new("--lossless") { Description = "Keep every number exactly." };

    public static void AddTo(CliCommand command)
    {
        command.Add(_bits);
        command.Add(_lossless);
    }

    public static CodePrecision Of(Invocation invocation)
    {
        if (invocation.Value(_lossless)) return CodePrecision.Lossless;
        var bits = invocation.Value(_bits);
        return bits is >= 2 and <= 16 ? new CodePrecision(bits) : throw new CommandException($"--bits {bits} is not possible; give 2 to 16, or --lossless");
    }
}
