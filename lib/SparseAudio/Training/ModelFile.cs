using SparseAudio.IO.SafeTensors;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using SparseAudio.Models.Workbook;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// Models and note detectors from files and to files: weights for passing on, checkpoints of trainings, folders of such, and the published
/// program's weights, saved by Python as safetensors.
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

    /// <summary>Loads a note detector, ready to find notes (evaluation mode).</summary>
    /// <param name="path">A file, or the folder of a training, of which the best checkpoint is taken.</param>
    /// <param name="device">Where the detector goes; the CPU when null.</param>
    /// <exception cref="SafeTensorsException">The file is damaged, or is no note detector.</exception>
    public static NoteDetector LoadDetector(string path, Device? device = null)
    {
        var checkpoint = Directory.Exists(path) ? BestOf(path) : null;
        using var file = SafeTensorsFile.Open(checkpoint?.Path ?? path);
        if (checkpoint is null && Checkpoint.Is(file)) checkpoint = Checkpoint.Open(path);
        var json = checkpoint?.Model ?? file.Metadata.GetValueOrDefault(ConfigKey) ?? "";
        if (!NoteDetectorConfig.Describes(json)) throw new SafeTensorsException(file.Path, "is no note detector");
        var detector = Configured(file, () => new NoteDetector(NoteDetectorConfig.FromJson(json), device: device));
        return Filled(detector, () =>
        {
            if (checkpoint is not null)
            {
                checkpoint.LoadModel(detector);
                return;
            }

            var loader = new StrictStateLoader(file);
            loader.ExpectAll(detector.state_dict());
            loader.Load();
        });
    }

    /// <summary>Saves a note detector's weights with its configuration.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="path">The file; an existing one is replaced in one go.</param>
    /// <param name="half">As for models.</param>
    /// <exception cref="SafeTensorsException">The file cannot be written, or a number is too large for 16 bits.</exception>
    public static void Save(NoteDetector detector, string path, bool half = false)
    {
        ArgumentNullException.ThrowIfNull(detector);
        using var scope = NewDisposeScope();
        var state = detector.state_dict().ToDictionary(item => item.Key, item => half ? Halved(path, item.Key, item.Value) : item.Value);
        SafeTensorsWriter.Save(path, state, (ConfigKey, detector.Config.ToJson()));
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
    /// <param name="half">As for <see cref="Save(SparseAudioModel, string, long, bool)"/>.</param>
    /// <exception cref="SafeTensorsException">The source is damaged, or is no model; or the file cannot be written.</exception>
    public static void Export(string source, string path, bool half = false)
    {
        var file = Directory.Exists(source) ? BestOf(source).Path : source;
        if (HoldsDetector(file))
        {
            using var detector = LoadDetector(file);
            Save(detector, path, half);
            return;
        }

        using var model = Load(file);
        Save(model, path, SeedOf(file), half);
    }

    private static bool HoldsDetector(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return NoteDetectorConfig.Describes(file.Metadata.GetValueOrDefault(ConfigKey) ?? "");
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

    private static T Filled<T>(T model, Action fill) where T : nn.Module
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

    private static SparseAudioModel Create(SafeTensorsFile file, string config, long seed, Device? device) => NoteDetectorConfig.Describes(config)
        ? throw new SafeTensorsException(file.Path, "is a note detector, not a model that encodes and decodes; sparseaudio transcribe uses it")
        : Configured(file, () => ModelPreset.Build(Fitting(file, ModelPreset.FromJson(config)), seed, device));

    // A file of a few bytes must not make the program allocate whatever its configuration says.
    private static ModelConfig Fitting(SafeTensorsFile file, ModelConfig config)
    {
        var prefix = Checkpoint.Is(file) ? TrainingState.ModelPrefix : "";
        var held = file.Entries.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Sum(entry => entry.Shape.Aggregate(1.0, (product, size) => product * size));
        return held >= config.ParameterCount ? config : throw new SafeTensorsException(
            file.Path, $"its configuration needs {config.ParameterCount:N0} parameters, but the file holds {held:N0} numbers");
    }

    private static T Configured<T>(SafeTensorsFile file, Func<T> build)
    {
        try
        {
            return build();
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
