using System.IO.Hashing;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparseAudio.IO;

namespace SparseAudio.Cli.Archive;

/// <summary>What became of one file of an archive: a line of a manifest. A file that is begun but not done was interrupted.</summary>
/// <param name="Source">The file that was read, relative to the archive's folder.</param>
/// <param name="SourceHash">The hash of its bytes (XXH3, 128 bits).</param>
/// <param name="Output">The file that was made of it, relative to the manifest's folder.</param>
/// <param name="Recipe">The command, its settings and the model's fingerprint: with the source they decide the output.</param>
/// <param name="State">Whether it is begun, done or failed.</param>
internal sealed record ManifestEntry(string Source, string SourceHash, string Output, string Recipe, FileState State)
{
    /// <summary>The hash of the output's bytes, where it is done.</summary>
    public string? OutputHash { get; init; }

    /// <summary>How long the sound lasts, in seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>The output's bits for a second of sound.</summary>
    public double? BitsPerSecond { get; init; }

    /// <summary>How long the work took, in seconds.</summary>
    public double? Took { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}

/// <summary>How far a file of an archive is.</summary>
internal enum FileState
{
    /// <summary>Work on it has begun.</summary>
    Begun,

    /// <summary>Its output is complete.</summary>
    Done,

    /// <summary>It cannot be done; the entry says why.</summary>
    Failed,
}

/// <summary>
/// The record of an archive's files in the folder of their outputs: <c>manifest.jsonl</c>, or for a share of them <c>manifest-i-of-n.jsonl</c>.
/// A JSON object a line, the last of an output counts; a line is with the system before work goes on, so a killed process loses none.
/// </summary>
internal sealed class Manifest : IDisposable
{
    /// <summary>The pattern of the names of manifests.</summary>
    public const string Pattern = "manifest*.jsonl";

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly FileStream _lock;
    private readonly FileStream _file;
    private readonly Dictionary<string, ManifestEntry> _entries;

    private Manifest(FileStream locked, FileStream file, Dictionary<string, ManifestEntry> entries) =>
        (_lock, _file, _entries) = (locked, file, entries);

    /// <summary>Opens a share's manifest to go on with; what those of other shares know of is known as well.</summary>
    /// <param name="folder">The folder of the outputs; it is made.</param>
    /// <param name="shard">The share.</param>
    /// <exception cref="CommandException">Another process writes to the same manifest, or a line of one is damaged.</exception>
    public static Manifest Open(string folder, Shard shard)
    {
        Directory.CreateDirectory(folder);
        var name = shard.Count == 1 ? "manifest.jsonl" : $"manifest-{shard.Index}-of-{shard.Count}.jsonl";
        FileStream locked;
        try
        {
            locked = new FileStream(
                Path.Combine(folder, $".{name}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            throw new CommandException($"{Path.Combine(folder, name)}: another process does the same files; give each its own --shard");
        }

        var entries = Latest(Directory.GetFiles(folder, Pattern));
        var file = new FileStream(
            Path.Combine(folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        CutOffUnfinishedLine(file);
        return new Manifest(locked, file, entries);
    }

    /// <summary>The last entry of every output in some manifests.</summary>
    /// <exception cref="CommandException">A line is damaged.</exception>
    public static Dictionary<string, ManifestEntry> Latest(IEnumerable<string> files)
    {
        var latest = new Dictionary<string, ManifestEntry>();
        foreach (var file in files.OrderBy(File.GetLastWriteTimeUtc))
            foreach (var entry in Read(file)) latest[entry.Output] = entry;
        return latest;
    }

    /// <summary>All entries of a manifest in order, but for a last line that was not finished.</summary>
    /// <exception cref="CommandException">A line is damaged.</exception>
    private static List<ManifestEntry> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var lines = reader.ReadToEnd().Split('\n');
        var entries = new List<ManifestEntry>();
        for (var i = 0; i < lines.Length - 1; i++)
        {
            try
            {
                entries.Add(JsonSerializer.Deserialize<ManifestEntry>(lines[i], _json) ?? throw new JsonException("it is null"));
            }
            catch (JsonException error)
            {
                throw new CommandException($"{path}: line {i + 1} is damaged ({error.Message.Split('.')[0]}); take the line out");
            }
        }

        return entries;
    }

    /// <summary>Writes a manifest anew: the last entry of every output.</summary>
    public static void Write(string path, IEnumerable<ManifestEntry> entries, bool force)
    {
        using var file = new AtomicFile(path, force);
        foreach (var entry in entries.OrderBy(entry => entry.Output, StringComparer.Ordinal)) file.Stream.Write(Line(entry));
        file.Commit();
    }

    /// <summary>The hash of a file's bytes.</summary>
    public static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        var hash = new XxHash128();
        hash.Append(file);
        return Convert.ToHexString(hash.GetCurrentHash()).ToLowerInvariant();
    }

    /// <summary>What is known of an output; null for nothing.</summary>
    public ManifestEntry? Of(string output) => _entries.GetValueOrDefault(output);

    /// <summary>Adds an entry.</summary>
    public void Add(ManifestEntry entry)
    {
        _file.Write(Line(entry));
        _entries[entry.Output] = entry;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private static byte[] Line(ManifestEntry entry) => [.. JsonSerializer.SerializeToUtf8Bytes(entry, _json), (byte)'\n'];

    private static void CutOffUnfinishedLine(FileStream file)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var length = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        file.SetLength(length);
        file.Position = length;
    }
}
