using System.CommandLine;
using System.Globalization;

namespace SparseAudio.Cli.Archive;

/// <summary>One of several equal shares of an archive's files, each of which is done by a process of its own.</summary>
/// <param name="Index">Which share, from 1.</param>
/// <param name="Count">How many there are.</param>
internal sealed record Shard(int Index, int Count)
{
    private const int MostShards = 1_000_000;

    /// <summary>The option <c>--shard</c>.</summary>
    public static Option<string?> Option { get; } = new("--shard")
    {
        Description = "Of a folder or list do only every n-th file, beginning with number i: 1/4 to 4/4 are four processes' shares. "
            + "Default: the task of a Slurm array (SLURM_ARRAY_TASK_ID), or all.",
        HelpName = "i/n",
    };

    /// <summary>All files.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>The share that the command line names, or else the one of a Slurm array's task.</summary>
    /// <exception cref="CommandException">It is no share.</exception>
    public static Shard Of(Invocation invocation)
    {
        if (invocation.Value(Option) is { } text) return Parse(text);
        int? Variable(string name) =>
            int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
        if (Variable("SLURM_ARRAY_TASK_ID") is not { } task || Variable("SLURM_ARRAY_TASK_COUNT") is not { } count) return Whole;
        var step = Variable("SLURM_ARRAY_TASK_STEP") ?? 1;
        return Checked((task - (Variable("SLURM_ARRAY_TASK_MIN") ?? 0)) / Math.Max(1, step) + 1, count, $"the Slurm array's task {task} of {count}");
    }

    /// <summary>This share of a list.</summary>
    public IEnumerable<T> Of<T>(IEnumerable<T> items) => items.Where((_, place) => place % Count == Index - 1);

    private static Shard Parse(string text)
    {
        var parts = text.Split('/');
        var (index, count) = (0, 0);
        var isRead = parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out count);
        return isRead ? Checked(index, count, $"--shard {text}")
            : throw new CommandException($"--shard {text}: give a share and how many there are, such as 1/4");
    }

    private static Shard Checked(int index, int count, string name) => count is >= 1 and <= MostShards && index >= 1 && index <= count
        ? new Shard(index, count)
        : throw new CommandException($"{name}: shares are counted from 1 to their number, at most {MostShards:N0}");
}
