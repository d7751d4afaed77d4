using System.Text.Json;
using SparseAudio.IO.SafeTensors;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// A saved training: the model's configuration and state, the optimiser's moments, the averaged weights, and the
/// position (step, data, random numbers, log). One safetensors file, of which reading takes only the header until the
/// tensors are asked for.
/// </summary>
public sealed class Checkpoint
{
    private const string VersionKey = "sparseaudio_checkpoint";
    private const string Version = "1";
    private const string ModelPrefix = "model.";
    private const string AdamPrefix = "adam.";
    private const string AveragePrefix = "average.";
    private const string StepsName = "adam_steps";

    private Checkpoint(SafeTensorsFile file)
    {
        Path = file.Path;
        if (Text(file, VersionKey) != Version)
        {
            throw new SafeTensorsException(Path, $"is a checkpoint of another version; this program reads version {Version}");
        }

        Model = Text(file, "model");
        HasAverage = file.Entries.Any(entry => entry.Name.StartsWith(AveragePrefix, StringComparison.Ordinal));
        try
        {
            Config = TrainingConfig.FromJson(Text(file, "training"));
            Position = TrainingPosition.FromJson(Text(file, "position"));
        }
        catch (Exception e) when (e is TrainingException or JsonException)
        {
            throw new SafeTensorsException(Path, $"its training configuration or position is damaged ({e.Message.Split('\n')[0]})", e);
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The model's configuration, as JSON.</summary>
    public string Model { get; }

    /// <summary>How it was trained.</summary>
    public TrainingConfig Config { get; }

    /// <summary>Steps done.</summary>
    public long Step => Position.Step;

    /// <summary>The step of the best checkpoint so far; 0 before the first score.</summary>
    public long BestStep => Position.BestStep;

    /// <summary>Its score; lower is better.</summary>
    public double? BestScore => Position.BestScore;

    /// <summary>Whether averaged weights are there besides the last ones.</summary>
    public bool HasAverage { get; }

    /// <summary>Where the training stood.</summary>
    internal TrainingPosition Position { get; }

    /// <summary>Reads and judges a checkpoint's header.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The checkpoint, without its tensors.</returns>
    /// <exception cref="SafeTensorsException">The file is damaged or no checkpoint.</exception>
    public static Checkpoint Open(string path)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(path);
        return new Checkpoint(file);
    }

    /// <summary>Whether a file says of itself that it is a checkpoint.</summary>
    internal static bool Is(SafeTensorsFile file) => file.Metadata.ContainsKey(VersionKey);

    /// <summary>Copies the weights into a model of the same configuration; when this throws, the model is as it was.</summary>
    /// <param name="model">The model.</param>
    /// <param name="average">Whether to prefer the averaged weights, where there are any.</param>
    /// <exception cref="SafeTensorsException">The file is damaged or belongs to another model.</exception>
    public void LoadModel(nn.Module model, bool average = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        using SafeTensorsFile file = SafeTensorsFile.Open(Path);
        var load = new StagedLoad(file);
        Dictionary<string, Tensor> state = model.state_dict();
        HashSet<string> averaged = average && HasAverage ? [.. model.named_parameters().Select(p => p.name)] : [];
        foreach ((string name, Tensor target) in state)
        {
            load.Expect((averaged.Contains(name) ? AveragePrefix : ModelPrefix) + name, target);
        }

        load.Apply();
    }

    /// <summary>Writes a training's state; see <see cref="SafeTensorsWriter.Save"/> for what happens when that fails.</summary>
    internal static void Save(string path, TrainingState state)
    {
        SafeTensorsWriter writer = StateDictFile.NewWriter();
        writer.Metadata[VersionKey] = Version;
        writer.Metadata["model"] = state.ModelJson;
        writer.Metadata["training"] = state.Config.ToJson();
        writer.Metadata["position"] = state.Position.ToJson();
        foreach ((string name, Tensor tensor) in state.Tensors(ModelPrefix, AdamPrefix, AveragePrefix))
        {
            if (!Numbers.AllFinite(tensor))
            {
                throw new TrainingException(
                    $"'{name}' holds NaN or infinity after step {state.Position.Step}; such a state is never saved. Go back to the last checkpoint with a lower learning rate or with clipping");
            }

            StateDictFile.Add(writer, path, name, tensor);
        }

        writer.Add<long>(StepsName, SafeTensorsType.I64, [state.Adam.StepCounts().Length], state.Adam.StepCounts());
        writer.Save(path);
    }

    /// <summary>Fills a training's state; when this throws, its tensors are as they were.</summary>
    internal void Restore(TrainingState state)
    {
        using SafeTensorsFile file = SafeTensorsFile.Open(Path);
        if (Config.Beta1 > 0 != state.Config.Beta1 > 0)
        {
            throw new TrainingException($"{Path}: TrainingConfig.Beta1 was {Config.Beta1} and cannot become {state.Config.Beta1}: with 0 there is no first moment to go on with. Keep it, or begin a new training");
        }

        try
        {
            state.Adam.Prepare(file.Read<long>(StepsName, SafeTensorsType.I64));
        }
        catch (ArgumentException e)
        {
            throw new SafeTensorsException(Path, $"belongs to another model ({e.Message.Split('\n')[0]})", e);
        }

        var load = new StagedLoad(file);
        foreach ((string name, Tensor tensor) in state.Tensors(ModelPrefix, AdamPrefix, HasAverage ? AveragePrefix : null))
        {
            load.Expect(name, tensor);
        }

        load.Apply();
        if (!HasAverage)
        {
            state.Average?.Reset();
        }

        state.Position = Position;
    }

    private static string Text(SafeTensorsFile file, string key) => file.Metadata.TryGetValue(key, out string? text)
        ? text
        : throw new SafeTensorsException(file.Path, $"has no '{key}' in its metadata; it is no checkpoint of a training");
}
