using SparseAudio.Audio;
using SparseAudio.Models;
using static TorchSharp.torch;

namespace SparseAudio.Cli;

/// <summary>The model that a command's options name: a checkpoint, an untrained preset, or the checkpoint that ships.</summary>
internal static class LoadedModel
{
    private const string DataFolder = "data";

    /// <summary>Adds <c>--model</c>, <c>--preset</c>, <c>--seed</c> and <c>--device</c> to a command.</summary>
    public static void AddOptions(CliCommand command)
    {
        command.Add(Options.Model);
        command.Add(Options.Preset);
        command.Add(Options.Seed);
        command.Add(Options.Device);
    }

    /// <summary>Loads the model, ready to encode and decode.</summary>
    /// <exception cref="CommandException">There is no such model or device.</exception>
    public static SparseAudioModel Load(Invocation invocation)
    {
        var device = DeviceChoice.From(invocation.Value(Options.Device)!).Device;
        var (file, preset) = (invocation.Value(Options.Model), invocation.Value(Options.Preset));
        if (file is not null && preset is not null) throw new CommandException("give either --model or --preset, not both");
        if (preset is not null) return Untrained(preset, invocation, device);
        file ??= Shipped() ?? throw new CommandException(
            "there is no trained model at hand: the one that ships lies in the repository's folder data/, and beside an installed sparseaudio; name a checkpoint with --model FILE, or take an untrained model with --preset published");
        if (!File.Exists(file) && !Directory.Exists(file)) throw new CommandException($"{file}: there is no such checkpoint");
        return ModelFile.Load(file, device);
    }

    private static SparseAudioModel Untrained(string preset, Invocation invocation, Device device)
    {
        var config = ModelConfig.Preset(preset);
        var model = new SparseAudioModel(config, invocation.Value(Options.Seed), device);
        SetRooms(model, config);
        model.eval();
        return model;
    }

    // The rooms of a trained model are in its checkpoint; an untrained one takes the measured ones that ship.
    private static void SetRooms(SparseAudioModel model, ModelConfig config)
    {
        if (Find(Path.Combine(DataFolder, "ir")) is not { } folder) return;
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Take(config.Rooms).ToArray();
        if (files.Length < config.Rooms) return;
        using var scope = NewDisposeScope();
        var responses = new float[config.Rooms, config.Samples];
        for (var room = 0; room < files.Length; room++)
        {
            var samples = AudioFile.Read(files[room], config.SampleRate).Samples;
            for (var i = 0; i < Math.Min(samples.Length, config.Samples); i++) responses[room, i] = samples[i];
        }

        model.SetRoomResponses(from_array(responses, device: CPU));
    }

    // That of the repository, where there is one; else the one that was packed with the program.
    private static string? Shipped() => OnlyCheckpoint(Find(DataFolder)) ?? OnlyCheckpoint(Path.Combine(AppContext.BaseDirectory, DataFolder));

    private static string? OnlyCheckpoint(string? folder) =>
        Directory.Exists(folder) && Directory.GetFiles(folder, "*.safetensors") is [var only] ? only : null;

    // Beside the program or above it (a clone of the repository), or where the person works.
    private static string? Find(string name)
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
