using System.Text.Json;

namespace SparseAudio.Parity;

/// <summary>A folder of reference values: index.json and the arrays beside it.</summary>
public sealed class GoldenFolder
{
    private const string IndexFile = "index.json";
    private readonly string _path;
    private readonly JsonElement _index;

    private GoldenFolder(string path, JsonElement index)
    {
        _path = path;
        _index = index;
        Hash = new GoldenHash(_index.GetProperty("_doc").GetProperty("salt").GetString()!);
    }

    /// <summary>The numbers from which weights and inputs are made.</summary>
    public GoldenHash Hash { get; }

    /// <summary>Expected tensors by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Tensors =>
        _index.GetProperty("tensors").EnumerateArray().ToDictionary(entry => entry.GetProperty("name").GetString()!);

    /// <summary>Expected losses by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Scalars => Section("scalars");

    /// <summary>Expected gradients by parameter.</summary>
    public IReadOnlyDictionary<string, JsonElement> Gradients => Section("gradients_train_step1");

    /// <summary>Expected running statistics by buffer.</summary>
    public IReadOnlyDictionary<string, JsonElement> RunningStatistics => Section("bn_running_stats_l2_after_one_train_forward");

    /// <summary>Expected losses, cells and parameters of three training steps.</summary>
    public JsonElement Adam => _index.GetProperty("adam");

    /// <summary>Parameters whose values are not made the usual way: scale and offset by name.</summary>
    public IReadOnlyDictionary<string, (double Scale, double Offset)> Overrides => _index.GetProperty("_doc").GetProperty("overrides")
        .EnumerateObject().ToDictionary(entry => entry.Name, entry => (entry.Value[0].GetDouble(), entry.Value[1].GetDouble()));

    /// <summary>The power of two of each normalisation's running variance, by the normalisation's name.</summary>
    public IReadOnlyDictionary<string, int> VariancePowers => _index.GetProperty("_doc").GetProperty("running_var_pow2")
        .EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32());

    /// <summary>Reads the index of a folder.</summary>
    /// <exception cref="GoldenException">There is no such folder or index, or a section of it is missing.</exception>
    public static GoldenFolder Open(string path)
    {
        var file = Path.Combine(path, IndexFile);
        if (!Directory.Exists(path)) throw new GoldenException(path, "there is no such folder.");
        if (!File.Exists(file)) throw new GoldenException(file, "the file is missing.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var folder = new GoldenFolder(path, document.RootElement.Clone());
            _ = (folder.Tensors, folder.Scalars, folder.Gradients, folder.RunningStatistics, folder.Adam, folder.Overrides, folder.VariancePowers);
            return folder;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new GoldenException(file, $"this is no index of reference values ({problem.Message}).");
        }
    }

    /// <summary>Reads one of the arrays.</summary>
    /// <exception cref="GoldenException">It is missing or broken.</exception>
    public NumpyArray Read(string file) => NumpyFile.Read(Path.Combine(_path, file));

    private IReadOnlyDictionary<string, JsonElement> Section(string name) =>
        _index.GetProperty(name).EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value);
}
