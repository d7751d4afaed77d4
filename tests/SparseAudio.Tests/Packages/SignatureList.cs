using System.IO.Compression;

namespace SparseAudio.Tests.Packages;

/// <summary>A package's public signatures, and whether a stand-in's signature is among them.</summary>
internal sealed class SignatureList
{
    private readonly HashSet<string> lines;
    private readonly ILookup<string, Signature> byShape;

    private SignatureList(IEnumerable<string> lines)
    {
        this.lines = [.. lines];
        byShape = this.lines.Select(Signature.Parse).OfType<Signature>().ToLookup(signature => signature.Shape);
    }

    public static SignatureList Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return new SignatureList(reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public static SignatureList Of(params string[] lines) => new(lines);

    /// <summary>Letter for letter, or the same with optional parameters left out.</summary>
    public bool Allows(string line) =>
        lines.Contains(line) || (Signature.Parse(line) is { } signature && byShape[signature.Shape].Any(signature.LeavesOptionalOutOf));

    // The shape is the line without its parameters.
    private sealed record Signature(string Shape, string[] Parameters)
    {
        public static Signature? Parse(string line)
        {
            var open = line.IndexOf('(', StringComparison.Ordinal);
            var close = line.LastIndexOf(") -> ", StringComparison.Ordinal);
            if (close < 0 && line.EndsWith(')')) close = line.Length - 1;
            return open < 0 || close < open ? null : new Signature(line[..open] + line[close..], Split(line[(open + 1)..close]));
        }

        public bool LeavesOptionalOutOf(Signature real)
        {
            var kept = 0;
            foreach (var parameter in real.Parameters)
            {
                if (kept < Parameters.Length && Parameters[kept] == parameter) kept++;
                else if (!parameter.Contains(" = ", StringComparison.Ordinal)) return false;
            }

            return kept == Parameters.Length;
        }

        // At the commas outside brackets, which are those between parameters.
        private static string[] Split(string parameters)
        {
            var parts = new List<string>();
            var (depth, start) = (0, 0);
            for (var i = 0; i < parameters.Length; i++)
            {
                depth += parameters[i] switch { '<' or '[' or '(' => 1, '>' or ']' or ')' => -1, _ => 0 };
                if (depth > 0 || parameters[i] != ',') continue;
                parts.Add(parameters[start..i].Trim());
                start = i + 1;
            }

            return parameters.Length == 0 ? [] : [.. parts, parameters[start..].Trim()];
        }
    }
}
