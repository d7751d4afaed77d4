using SparseAudio.IO.SafeTensors;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// Models from files and to files: weights for passing on (<see cref="Save"/>), checkpoints of trainings, folders of such,
/// and the published program's weights, saved by Python as safetensors.
/// </summary>
public static class ModelFile
{
    private const string ConfigKey = "model";
    private const string SeedKey = "seed";
    private const string DerivedKey = "derived";
    private const string PublishedRooms = "verb.verb.rooms";

    /// <summary>Loads a model, ready to encode and decode (evaluation mode).</summary>
    /// <param name="path">A file, or the folder of a training, of which the best checkpoint is taken.</param>
    /// <param name="device">Where the model goes; the CPU when null.</param>
    /// <returns>The model.</returns>
    /// <exception cref="SafeTensorsException">The file is damaged, or is no model.</exception>
    public static SparseAudioModel Load(string path, Device? device = null)
    {
        var checkpoint = Directory.Exists(path) ? BestOf(path) : null;
        using var file = SafeTensorsFile.Open(checkpoint?.Path ?? path);
        if (checkpoint is not null || Checkpoint.Is(file))
        {
            checkpoint ??= Checkpoint.Open(path);
            var trained = Create(file, checkpoint.Model, checkpoint.Config.Seed, device);
            return Filled(trained, () => checkpoint.LoadModel(trained));
        }

        var config = file.Metadata.GetValueOrDefault(ConfigKey) ?? ConfigOfWeights(file).ToJson();
        _ = long.TryParse(file.Metadata.GetValueOrDefault(SeedKey), out var seed);
        HashSet<string> derived = [.. (file.Metadata.GetValueOrDefault(DerivedKey) ?? "").Split('\n')];
        var model = Create(file, config, seed, device);
        return Filled(model, () =>
        {
            var loader = new StrictStateLoader(file);
            var state = model.state_dict();
            HashSet<string> parameters = [.. model.named_parameters().Select(p => p.name)];
            foreach (var name in derived.Where(name => file.Find(name) is null && !parameters.Contains(name)))
                state.Remove(name);

            loader.ExpectAll(state);
            loader.Load();
        });
    }

    /// <summary>
    /// Saves a model's weights with its configuration. Tables that follow from the configuration and the seed, such as
    /// the stored waveforms, are left out and computed again when the file is loaded.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; an existing one is replaced in one go.</param>
    /// <param name="seed">The seed that the model was built with.</param>
    /// <param name="half">Whether to store numbers in 16 bits instead of 32: half the size, a precision of three digits.</param>
    /// <exception cref="SafeTensorsException">The file cannot be written, or a number is too large for 16 bits.</exception>
    public static void Save(SparseAudioModel model, string path, long seed = 0, bool half = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var fresh = ModelPreset.Build(model.Config, seed);
        var state = model.state_dict();
        var tables = fresh.state_dict();
        HashSet<string> parameters = [.. model.named_parameters().Select(p => p.name)];
        string[] derived = [.. state.Where(item => !parameters.Contains(item.Key) && Same(item.Value, tables[item.Key])).Select(item => item.Key)];
        Array.ForEach(derived, name => state.Remove(name));
        if (half) state = state.ToDictionary(item => item.Key, item => Halved(path, item.Key, item.Value));
        SafeTensorsWriter.Save(
            path, state,
            (ConfigKey, model.Config.ToJson()), (SeedKey, FormattableString.Invariant($"{seed}")), (DerivedKey, string.Join('\n', derived)));
    }

    /// <summary>Saves the weights of a training alone, without what only goes on training needs, or those of another model file.</summary>
    /// <param name="source">As for <see cref="Load"/>.</param>
    /// <param name="path">The file; an existing one is replaced in one go.</param>
    /// <param name="half">As for <see cref="Save"/>.</param>
    /// <exception cref="SafeTensorsException">The source is damaged, or is no model; or the file cannot be written.</exception>
    public static void Export(string source, string path, bool half = false)
    {
        var file = Directory.Exists(source) ? BestOf(source).Path : source;
        using var model = Load(file);
        Save(model, path, SeedOf(file), half);
    }

    private static Checkpoint BestOf(string folder) =>
        new CheckpointFolder(folder).Best() ?? throw new SafeTensorsException(folder, "there is no checkpoint in this folder");

    private static long SeedOf(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        if (Checkpoint.Is(file)) return Checkpoint.Open(path).Config.Seed;
        return long.TryParse(file.Metadata.GetValueOrDefault(SeedKey), out var seed) ? seed : 0;
    }

    private static Tensor Halved(string path, string name, Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32) return tensor;
        var half = empty(tensor.shape, dtype: ScalarType.Float16, device: CPU).copy_(tensor);
        return StrictStateLoader.AllFinite(half.type_as(tensor))
            ? half
            : throw new SafeTensorsException(path, $"tensor '{name}' holds a number that is too large for 16 bits; save it in 32");
    }

    private static bool Same(Tensor one, Tensor other)
    {
        using var scope = NewDisposeScope();
        return one.cpu().bytes.SequenceEqual(other.cpu().bytes);
    }

    private static SparseAudioModel Filled(SparseAudioModel model, Action fill)
    {
        try
        {
            fill();
            model.eval();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static SparseAudioModel Create(SafeTensorsFile file, string config, long seed, Device? device)
    {
        try
        {
            return ModelPreset.Build(ModelPreset.FromJson(config), seed, device);
        }
        catch (ModelConfigException e)
        {
            throw new SafeTensorsException(file.Path, $"its model configuration does not fit this program ({e.Message.Split('\n')[0]})", e);
        }
    }

    private static PublishedConfig ConfigOfWeights(SafeTensorsFile file) => file.Find(PublishedRooms) is { Shape: [var rooms and > 0 and < 1000, _] }
        ? new PublishedConfig { Rooms = (int)rooms }
        : throw new SafeTensorsException(file.Path, "is no model: it has neither a configuration nor the published weights' names");
}
