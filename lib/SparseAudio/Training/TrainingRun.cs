using System.Text.Json;
using SparseAudio.Data;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Published;
using SparseAudio.Models.Workbook;
using SparseAudio.Training.Parallel;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>What to train, on what, and where to.</summary>
public sealed record TrainingRequest
{
    /// <summary>A folder of recordings.</summary>
    public required string Data { get; init; }

    /// <summary>The folder for checkpoints and log.</summary>
    public required string Out { get; init; }

    /// <summary>
    /// A folder of recordings for validation. Null: where <see cref="Data"/> is named <c>train</c> and has a folder <c>validation</c> beside
    /// it, that one; otherwise a share of the recordings of <see cref="Data"/> is held out (<see cref="TrainingConfig.ValidationShare"/>).
    /// </summary>
    public string? Validation { get; init; }

    /// <summary>The model of a new training. A resumed training keeps its own.</summary>
    public ModelConfig Model { get; init; } = new PublishedConfig();

    /// <summary>
    /// The note detector of a new training, which then takes the place of a model: it learns from recordings with label files beside them. Null
    /// to train a model.
    /// </summary>
    public NoteDetectorConfig? Detector { get; init; }

    /// <summary>
    /// The weights of a trained note detector, for a new model that has one or for a training of the detector to begin with; null for untrained
    /// ones, which find no notes.
    /// </summary>
    public string? Notes { get; init; }

    /// <summary>Changes the settings: the preset's for a new training, the checkpoint's for a resumed one.</summary>
    public Func<TrainingConfig, TrainingConfig> Adjust { get; init; } = config => config;

    /// <summary>A folder of room impulse responses for a new training; null leaves the rooms silent.</summary>
    public string? Rooms { get; init; }

    /// <summary>Whether to go on from the latest checkpoint in <see cref="Out"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>Device of the model; null means the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>The processes that train together; null for this one alone.</summary>
    public IGradientExchange? Exchange { get; init; }

    /// <summary>How the folder of recordings is read; sample rate and progress.</summary>
    public SegmentOptions Segments { get; init; } = new();
}

/// <summary>What is trained, its recordings and its trainer, put together from a <see cref="TrainingRequest"/>.</summary>
public sealed class TrainingRun : IDisposable
{
    private readonly List<IDisposable> _parts = [];

    private TrainingRun(TrainingRequest request)
    {
        try
        {
            var resumed = Resumed(request);
            var isDetector = resumed is null ? request.Detector is not null : NoteDetectorConfig.Describes(resumed.Model);
            (Data, Validation, Model, Trainer) = isDetector ? OpenDetector(request, resumed) : OpenModel(request, resumed);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What is trained: a <see cref="SparseAudioModel"/> or a <see cref="NoteDetector"/>.</summary>
    public nn.Module Model { get; }

    /// <summary>The name of its preset.</summary>
    public string Name => Model is SparseAudioModel model ? model.Config.Name : NoteDetectorConfig.ModelName;

    /// <summary>The recordings that the model is trained on.</summary>
    public SegmentDataset Data { get; }

    /// <summary>The recordings held out of training, whose loss chooses the best checkpoint; null for none.</summary>
    public SegmentDataset? Validation { get; }

    /// <summary>The trainer.</summary>
    public Trainer Trainer { get; }

    /// <summary>Opens the recordings, builds or loads the model, and prepares the trainer.</summary>
    /// <param name="request">What to train.</param>
    /// <returns>A run that has not begun; dispose it.</returns>
    /// <exception cref="TrainingException">The request cannot be met; the message says why.</exception>
    /// <exception cref="Audio.AudioFileException">A folder of recordings cannot be used.</exception>
    public static TrainingRun Open(TrainingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new TrainingRun(request);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in Enumerable.Reverse(_parts)) part.Dispose();
    }

    private T Owned<T>(T part) where T : IDisposable
    {
        _parts.Add(part);
        return part;
    }

    // Of the checkpoint in the folder, which may lie on the disk of process 0 alone.
    private static Resumption? Resumed(TrainingRequest request)
    {
        var exchange = request.Exchange ?? new SingleProcess();
        var latest = request.Resume && exchange.Rank == 0 ? new CheckpointFolder(request.Out).Latest() : null;
        var own = latest is null ? null : new Resumption(latest.Model, latest.Config);
        return exchange.Count == 1 ? own : JsonSerializer.Deserialize<Resumption?>(exchange.Share(JsonSerializer.Serialize(own)));
    }

    private sealed record Resumption(string Model, TrainingConfig Config);

    private (SegmentDataset, SegmentDataset?, nn.Module, Trainer) OpenModel(TrainingRequest request, Resumption? resumed)
    {
        var modelConfig = resumed is null ? WithRooms(request) : ModelPreset.FromJson(resumed.Model);
        var preset = TrainingPreset.For(modelConfig);
        var config = request.Adjust(resumed?.Config ?? preset.Config);
        config.Validate();
        var (data, validation) = OpenRecordings(request, modelConfig.Samples + 2 * modelConfig.Surroundings, modelConfig.SampleRate, config);
        var model = Owned(ModelPreset.Build(modelConfig, config.Seed, request.Device));
        FillRooms(model, request);
        if (resumed is null && request.Notes is { } notes && model is WorkbookModel workbook)
        {
            using var detector = TrainedDetector(notes, workbook.Config.Detector, request.Device);
            workbook.SetDetector(detector);
        }
        return (data, validation, model, Owned(new Trainer(
            model, modelConfig.ToJson(), preset.Objective(model), data, config, request.Out, request.Resume, validation, request.Exchange)));
    }

    private (SegmentDataset, SegmentDataset?, nn.Module, Trainer) OpenDetector(TrainingRequest request, Resumption? resumed)
    {
        var detectorConfig = resumed is null ? request.Detector! : NoteDetectorConfig.FromJson(resumed.Model);
        var config = request.Adjust(resumed?.Config ?? TrainingConfig.Notes);
        config.Validate();
        const int samples = NoteTranscription.WindowSamples + 2 * NoteTranscription.ContextSamples;
        var (data, validation) = OpenRecordings(request, samples, detectorConfig.SampleRate, config);
        NoteObjective.RequireNotes(request.Data, data);
        var detector = Owned(resumed is null && request.Notes is { } notes
            ? TrainedDetector(notes, detectorConfig, request.Device)
            : new NoteDetector(detectorConfig, config.Seed, request.Device));
        var (training, judging) = (new NoteObjective(detector, request.Data), new NoteObjective(detector, ValidationFolder(request) ?? request.Data));
        return (data, validation, detector, Owned(new Trainer(
            detector, detectorConfig.ToJson(), (audio, segments) => (detector.training ? training : judging).Compute(audio, segments),
            data, config, request.Out, request.Resume, validation, request.Exchange)));
    }

    private static NoteDetector TrainedDetector(string file, NoteDetectorConfig wanted, Device? device)
    {
        var detector = ModelFile.LoadDetector(file, device);
        if (detector.Config == wanted) return detector;
        var (width, rate) = (detector.Config.Width, detector.Config.SampleRate);
        detector.Dispose();
        throw new TrainingException(
            $"{file}: the detector has {width} channels at {rate} Hz, {wanted.Width} at {wanted.SampleRate} Hz are wanted; "
                + "give another file or model configuration");
    }

    private static string? ValidationFolder(TrainingRequest request) => request.Validation ?? FolderBeside(request.Data);

    private (SegmentDataset Data, SegmentDataset? Validation) OpenRecordings(
        TrainingRequest request, int samples, int sampleRate, TrainingConfig config)
    {
        var options = request.Segments with { SampleRate = sampleRate };
        var all = Owned(SegmentDataset.Open(request.Data, samples, options));
        if (ValidationFolder(request) is { } folder) return (all, Owned(SegmentDataset.Open(folder, samples, options)));
        var (data, heldOut) = all.HoldOut(config.ValidationShare);
        return (Owned(data), heldOut is null ? null : Owned(heldOut));
    }

    private static string? FolderBeside(string data)
    {
        var folder = new DirectoryInfo(Path.TrimEndingDirectorySeparator(data));
        var beside = Path.Combine(folder.Parent?.FullName ?? "", "validation");
        return folder.Name == "train" && Directory.Exists(beside) ? beside : null;
    }

    private static ModelConfig WithRooms(TrainingRequest request) =>
        request.Rooms is null ? request.Model : request.Model with { Rooms = RoomResponses.Find(request.Rooms).Count };

    private static void FillRooms(SparseAudioModel model, TrainingRequest request)
    {
        if (request.Rooms is null) return;
        using var scope = NewDisposeScope();
        model.SetReverbResponses(RoomResponses.Read(RoomResponses.Find(request.Rooms), model.Config));
    }
}
