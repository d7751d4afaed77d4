using SparseAudio.Data;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>What to train, on what, and where to.</summary>
public sealed record TrainingRequest
{
    /// <summary>A folder of recordings.</summary>
    public required string Data { get; init; }

    /// <summary>The folder for checkpoints and log.</summary>
    public required string Out { get; init; }

    /// <summary>The model of a new training; the published one when null. A resumed training keeps its own.</summary>
    public ModelConfig Model { get; init; } = new PublishedConfig();

    /// <summary>Changes the settings: the preset's for a new training, the checkpoint's for a resumed one.</summary>
    public Func<TrainingConfig, TrainingConfig> Adjust { get; init; } = config => config;

    /// <summary>A folder of room impulse responses for a new training; null leaves the rooms silent.</summary>
    public string? Rooms { get; init; }

    /// <summary>Whether to go on from the latest checkpoint in <see cref="Out"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>Where to compute; the CPU when null.</summary>
    public Device? Device { get; init; }

    /// <summary>How the folder of recordings is read; sample rate and progress.</summary>
    public SegmentOptions Segments { get; init; } = new();
}

/// <summary>A model, its recordings and its trainer, put together from a <see cref="TrainingRequest"/>.</summary>
public sealed class TrainingRun : IDisposable
{
    private TrainingRun(SparseAudioModel model, SegmentSource data, Trainer trainer) => (Model, Data, Trainer) = (model, data, trainer);

    /// <summary>The model that is trained.</summary>
    public SparseAudioModel Model { get; }

    /// <summary>The recordings.</summary>
    public SegmentSource Data { get; }

    /// <summary>The trainer.</summary>
    public Trainer Trainer { get; }

    /// <summary>Opens the recordings, builds or loads the model, and prepares the trainer.</summary>
    /// <param name="request">What to train.</param>
    /// <returns>A run that has not begun; dispose it.</returns>
    /// <exception cref="TrainingException">The request cannot be met; the message says why.</exception>
    /// <exception cref="Audio.AudioFileException">The folder of recordings cannot be used.</exception>
    public static TrainingRun Open(TrainingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Checkpoint? resumed = request.Resume ? new CheckpointFolder(request.Out).Latest() : null;
        ModelConfig modelConfig = resumed is null ? WithRooms(request) : ModelPreset.FromJson(resumed.Model);
        TrainingPreset preset = TrainingPreset.For(modelConfig);
        TrainingConfig config = request.Adjust(resumed?.Config ?? preset.Config);
        config.Validate();
        SegmentSource data = SegmentSource.Open(request.Data, modelConfig.Samples, request.Segments with { SampleRate = modelConfig.SampleRate });
        SparseAudioModel model = ModelPreset.Build(modelConfig, config.Seed, request.Device);
        try
        {
            FillRooms(model, request);
            var trainer = new Trainer(model, modelConfig.ToJson(), preset.Objective(model), data, config, request.Out, request.Resume);
            return new TrainingRun(model, data, trainer);
        }
        catch
        {
            model.Dispose();
            data.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Trainer.Dispose();
        Model.Dispose();
        Data.Dispose();
    }

    private static ModelConfig WithRooms(TrainingRequest request) =>
        request.Rooms is null ? request.Model : request.Model with { Rooms = RoomResponses.Find(request.Rooms).Count };

    private static void FillRooms(SparseAudioModel model, TrainingRequest request)
    {
        if (request.Rooms is not null)
        {
            using var scope = NewDisposeScope();
            model.SetReverbResponses(RoomResponses.Read(RoomResponses.Find(request.Rooms), model.Config));
        }
    }
}
