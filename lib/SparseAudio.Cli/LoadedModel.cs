using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Workbook;
using SparseAudio.Training;
using static TorchSharp.torch;

namespace SparseAudio.Cli;

/// <summary>The model that a command's options name: a checkpoint, an untrained preset, or the checkpoint that ships.</summary>
internal static class LoadedModel
{
    private const string DataFolder = "data";
    private const string ModelName = "workbook.safetensors";
    private const string DetectorName = "notes.safetensors";

    /// <summary>Loads the model, ready to encode and decode.</summary>
    /// <exception cref="CommandException">There is no such model or device.</exception>
    public static SparseAudioModel Load(Invocation invocation)
    {
        var device = DeviceChoice.From(invocation.Value(Options.Device)!).Device;
        var (file, preset) = (invocation.Value(Options.Model), invocation.Value(Options.Preset));
        if (file is not null && preset is not null) throw new CommandException("give either --model or --preset, not both");
        if (preset is not null) return Untrained(preset, invocation, device);
        file ??= Shipped(ModelName) ?? throw new CommandException(
            "there is no trained model: the one that ships lies in the repository's folder data/, and beside an installed sparseaudio; "
            + "name a checkpoint with --model FILE, or use an untrained model with --preset published");
        if (!File.Exists(file) && !Directory.Exists(file)) throw new CommandException($"{file}: there is no such checkpoint");
        return ModelFile.Load(file, device);
    }

    // The impulse responses of a trained model are in its checkpoint; an untrained one takes the measured ones that ship.
    private static SparseAudioModel Untrained(string preset, Invocation invocation, Device device)
    {
        var config = ModelPreset.Config(preset);
        var model = ModelPreset.Build(config, invocation.Value(Options.Seed), device);
        if (InRepository(Path.Combine(DataFolder, "ir")) is { } folder && RoomResponses.Find(folder) is var files && files.Count >= config.Rooms)
        {
            using var responses = RoomResponses.Read([.. files.Take(config.Rooms)], config);
            model.SetReverbResponses(responses);
        }

        model.eval();
        return model;
    }

    /// <summary>Loads the note detector that <c>--detector</c> names, or the one that ships.</summary>
    /// <exception cref="CommandException">There is no such detector or device.</exception>
    public static NoteDetector LoadDetector(Invocation invocation)
    {
        var device = DeviceChoice.From(invocation.Value(Options.Device)!).Device;
        return ModelFile.LoadDetector(DetectorFile(invocation), device);
    }

    /// <summary>The file of the note detector, or the folder of its training.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static string DetectorFile(Invocation invocation)
    {
        var file = invocation.Value(Options.Detector) ?? Shipped(DetectorName) ?? throw new CommandException(
            "there is no trained note detector: the one that ships lies in the repository's folder data/, and beside an installed sparseaudio; "
            + "name another with --detector FILE");
        if (!File.Exists(file) && !Directory.Exists(file)) throw new CommandException($"{file}: there is no such checkpoint");
        return file;
    }

    // That of the repository, where there is one; otherwise the one that was packed with the program.
    private static string? Shipped(string name) => new[] { InRepository(DataFolder), Path.Combine(AppContext.BaseDirectory, DataFolder) }
        .OfType<string>().Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    // Of the repository that the current folder or the program lies in.
    private static string? InRepository(string name)
    {
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                var candidate = Path.Combine(folder, name);
                if (Directory.Exists(candidate) && File.Exists(Path.Combine(folder, "SparseAudio.sln"))) return candidate;
            }
        }

        return null;
    }
}
