using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace SparseAudio.Training.Parallel;

/// <summary>What processes agree on before the first step, and how they start from the same numbers.</summary>
internal static class ProcessGroup
{
    /// <summary>A text of process 0, on every process.</summary>
    public static string Share(this IGradientExchange exchange, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = BitConverter.GetBytes(bytes.Length);
        exchange.Share(length);
        if (exchange.Rank > 0) bytes = new byte[BitConverter.ToInt32(length)];
        exchange.Share(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Makes tensors those of process 0.</summary>
    public static void Share(this IGradientExchange exchange, IEnumerable<Tensor> tensors)
    {
        if (exchange.Count == 1) return;
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        foreach (var live in tensors)
        {
            var copy = live.detach().cpu().contiguous();
            exchange.Share(copy.bytes);
            live.copy_(copy);
        }
    }

    /// <summary>Refuses to begin where a process would train something else than process 0.</summary>
    /// <param name="exchange">The processes.</param>
    /// <param name="facts">What must be the same everywhere, by name.</param>
    /// <exception cref="TrainingException">A process differs; the message names it and what differs.</exception>
    public static void RequireSame(this IGradientExchange exchange, params (string Name, string Value)[] facts)
    {
        if (exchange.Count == 1) return;
        var version = typeof(ProcessGroup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var told = exchange.Gather(JsonSerializer.Serialize(facts.Prepend(("program", version)).ToDictionary()));
        var verdict = exchange.Share(exchange.Rank == 0 ? Verdict(told) : "");
        if (verdict.Length > 0) throw new TrainingException(verdict) { IsKnownToAll = true };
    }

    private static string Verdict(IReadOnlyList<string> told)
    {
        var all = told.Select(text => JsonSerializer.Deserialize<Dictionary<string, string>>(text)!).ToList();
        for (var rank = 1; rank < all.Count; rank++)
        {
            foreach (var (name, value) in all[0])
            {
                if (all[rank].GetValueOrDefault(name) is var other && other != value)
                    return $"process {rank} differs from process 0 in its {name} ({Difference(other, value)}); start all of them with the same";
            }
        }

        return "";
    }

    // Of configurations the first field that differs.
    private static string Difference(string? other, string value)
    {
        if (other?.StartsWith('{') != true || !value.StartsWith('{')) return $"{other ?? "none"}, not {value}";
        var (one, two) = (JsonNode.Parse(other)!.AsObject(), JsonNode.Parse(value)!.AsObject());
        var fields = two.Select(item => item.Key).Union(one.Select(item => item.Key));
        var field = fields.First(key => one[key]?.ToJsonString() != two[key]?.ToJsonString());
        return $"{field} is {one[field]?.ToJsonString() ?? "missing"}, not {two[field]?.ToJsonString() ?? "missing"}";
    }
}
