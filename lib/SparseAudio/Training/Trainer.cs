using System.Security.Cryptography;
using System.Text;
using SparseAudio.Audio;
using SparseAudio.Data;
using SparseAudio.IO.SafeTensors;
using SparseAudio.Losses;
using SparseAudio.Training.Parallel;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// The training loop. Every step is a function of the seed and the state before it, checkpoints are complete or absent, and a resumed
/// training continues bit for bit as if it had never stopped.
/// </summary>
/// <remarks>
/// The folder holds <c>step-N.safetensors</c> (the latest step, the best, and every N as configured) and <c>loss.jsonl</c>. A file
/// <c>stop</c> there ends the run after its current step. Use a trainer from one thread: torch's dispose scopes belong to one.
/// </remarks>
public sealed class Trainer : IDisposable
{
    private readonly nn.Module _model;
    private readonly Func<Tensor, IReadOnlyList<Segment>, LossParts> _objective;
    private readonly SegmentDataset _data;
    private readonly SegmentBatch[] _validationBatches;
    private readonly (Tensor Live, Tensor Kept)[] _statistics;
    private readonly CheckpointFolder _checkpoints;
    private readonly IGradientExchange _exchange;
    private readonly IDisposable? _lock;
    private readonly TrainingState? _state;
    private readonly StepGradients? _gradients;
    private readonly TrainingLog? _log;
    private readonly List<(int Steps, Action<TrainingProgress> Callback)> _callbacks = [];
    private readonly List<string> _notes = [];

    /// <summary>Prepares a training, new or resumed.</summary>
    /// <param name="model">The model; its weights change in place.</param>
    /// <param name="modelJson">Its configuration, kept in the checkpoints.</param>
    /// <param name="objective">Forward pass and loss of a batch (batch, 1, samples) on the model's device, and where each item comes from.</param>
    /// <param name="data">The recordings to train on; they stay the caller's.</param>
    /// <param name="config">The settings; those of a resumed training may differ from the checkpoint's, and hold from then on.</param>
    /// <param name="folder">The folder for checkpoints and log.</param>
    /// <param name="resume">Whether to go on from the folder's latest checkpoint; from the beginning when it has none.</param>
    /// <param name="validation">
    /// Recordings held out of training. At every regular checkpoint the loss of the same segments of them is computed in evaluation mode, and
    /// the checkpoint with the lowest is the best. Null for none: then no checkpoint is the best.
    /// </param>
    /// <param name="exchange">
    /// The processes that train this model together, each on its share of every batch; null for this one alone. Only process 0 touches the
    /// folder; the others start from its weights.
    /// </param>
    /// <exception cref="TrainingException">
    /// The configuration is bad, the folder is in use or holds a training that is not to be resumed, or a process would train something else.
    /// </exception>
    /// <exception cref="SafeTensorsException">The checkpoint belongs to another model.</exception>
    public Trainer(
        nn.Module model, string modelJson, Func<Tensor, IReadOnlyList<Segment>, LossParts> objective, SegmentDataset data, TrainingConfig config,
        string folder, bool resume = false, SegmentDataset? validation = null, IGradientExchange? exchange = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        (_model, _objective, _data, _checkpoints) = (model, objective, data, new CheckpointFolder(folder));
        _exchange = exchange ?? new SingleProcess();
        if (config.BatchSize % (_exchange.Count * config.Accumulate) != 0)
        {
            throw new TrainingException(
                $"{config.BatchSize} segments a step (--batch) cannot be shared among {_exchange.Count} processes in {config.Accumulate} parts each")
            {
                IsKnownToAll = true,
            };
        }

        if (IsFirst && !resume && _checkpoints.Steps().Count > 0)
            throw new TrainingException($"{folder} holds a training already; resume it (--resume), or train into another folder");
        if (IsFirst) _lock = _checkpoints.Lock();
        _statistics = [.. RunningStatistics(model).Select(live => (live, live.clone().DetachFromDisposeScope()))];
        try
        {
            _state = new TrainingState(model, modelJson, config);
            _validationBatches = validation is null ? [] : ValidationBatches(validation, config);
            _gradients = new StepGradients(_state, objective, _statistics, _exchange);
            _exchange.RequireSame(
                ("model", modelJson), ("training configuration", config.ToJson()), ("recordings", Identity(_data.Files)),
                ("validation recordings", Identity(validation?.Files ?? [])));
            if (IsFirst) _checkpoints.Restore(_state, _notes);
            ShareState();
            if (IsFirst) _log = TrainingLog.Open(Path.Combine(folder, "loss.jsonl"), Position.LogLength);
            NoteRecordings(validation);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Prepares a training, new or resumed, whose loss looks at the sound alone; all else as in the other constructor.</summary>
    public Trainer(
        nn.Module model, string modelJson, Func<Tensor, LossParts> objective, SegmentDataset data, TrainingConfig config, string folder,
        bool resume = false, SegmentDataset? validation = null, IGradientExchange? exchange = null)
        : this(model, modelJson, (audio, _) => objective(audio), data, config, folder, resume, validation, exchange)
    {
    }

    /// <summary>The settings of this training.</summary>
    public TrainingConfig Config => State.Config;

    /// <summary>Steps done since the very beginning, skipped ones included.</summary>
    public long Step => Position.Step;

    /// <summary>What a person should know about how the training was resumed.</summary>
    public IReadOnlyList<string> Notes => _notes;

    private bool IsFirst => _exchange.Rank == 0;

    private TrainingState State => _state ?? throw new ObjectDisposedException(nameof(Trainer));

    private TrainingPosition Position
    {
        get => State.Position;
        set => State.Position = value;
    }

    /// <summary>Has something done every so many steps, in evaluation mode and without gradients.</summary>
    /// <param name="steps">Steps from one call to the next.</param>
    /// <param name="callback">What to do; it cannot disturb the training's random numbers.</param>
    public void Every(int steps, Action<TrainingProgress> callback)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        _callbacks.Add((steps, callback));
    }

    /// <summary>Trains until the budget is spent or someone asks to stop, and saves the last step.</summary>
    /// <param name="budget">When to end.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Ends the run after the current step.</param>
    /// <returns>Why and where the run ended.</returns>
    /// <exception cref="AudioFileException">The recordings cannot be read any more; the last step is saved.</exception>
    /// <exception cref="TrainingException">Too many steps in a row gave NaN or infinity, or a file could not be written.</exception>
    public TrainingResult Run(TrainingBudget budget, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var clock = new RunClock(budget, Step);
        var share = Config.BatchSize / _exchange.Count;
        using var segments = new Prefetcher(_data, Config.Seed, share, firstStep: Step + 1, firstItem: _exchange.Rank * share);
        string? saved = null;
        TrainingEnd? end;
        _model.train();
        while ((end = End(clock, cancellation)) is null)
        {
            var batch = Take(segments);
            var entry = MakeStep(batch);
            segments.GiveBack(batch);
            var isCheckpoint = Step % Config.CheckpointEvery == 0;
            if (isCheckpoint) entry = entry with { ValidationLoss = Validate() };
            _log?.Append(entry);
            clock.Tick();
            saved = isCheckpoint ? Save() : null;
            Report(progress, new TrainingProgress(
                Step, clock.LastStep, entry, clock.StepsPerSecond, clock.Elapsed, clock.Remaining(Step), Position.Skipped,
                segments.WaitingShare, saved));
            StopAfterManyBadSteps(entry);
        }

        return new TrainingResult(end.Value, Step, Position.Skipped, saved ?? Save(), segments.WaitingShare)
        {
            ExchangeShare = _gradients!.ExchangeTime / clock.Elapsed,
            ExchangeBytes = _gradients.ExchangeBytes,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _state?.Dispose();
        _log?.Dispose();
        Array.ForEach(_statistics, buffer => buffer.Kept.Dispose());
        _lock?.Dispose();
    }

    // What a forward pass itself changes in a model: the running statistics of batch norm, by torch's names for them.
    private static IEnumerable<Tensor> RunningStatistics(nn.Module model) => model.state_dict()
        .Where(item => item.Key.Split('.')[^1] is "running_mean" or "running_var" or "num_batches_tracked").Select(item => item.Value);

    // The same segments at every validation, in whole batches, since some losses are sums over the batch.
    private static SegmentBatch[] ValidationBatches(SegmentDataset validation, TrainingConfig config)
    {
        var batches = Math.Max(1, config.ValidationSegments / config.BatchSize);
        var segments = Enumerable.Range(0, batches * config.BatchSize).Select(item => validation.Next(seed: 0, step: 0, item));
        return [.. segments.Chunk(config.BatchSize).Select(batch => new SegmentBatch(0, batch))];
    }

    private static string Identity(IEnumerable<RecordingEntry> recordings) => Identity(
        string.Join('\n', recordings.Select(file => FormattableString.Invariant($"{file.Path}\t{file.Samples}"))));

    private static string Identity(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    // What decides which segment a step gets, besides seed and step, is the order and length of the recordings.
    private void NoteRecordings(SegmentDataset? validation)
    {
        var before = Position;
        Position = before with
        {
            Recordings = Identity(_data.Files),
            Validation = Identity($"{Identity(validation?.Files ?? [])} {_validationBatches.Length} {Config.BatchSize}"),
        };
        if (before.Step > 0 && before.Recordings != Position.Recordings)
            _notes.Add("the recordings are not those of the checkpoint; the training goes on, but not as it would have with them");
        if (before.Step > 0 && before.Validation != Position.Validation)
        {
            _notes.Add("the validation segments are not those of the checkpoint; the best checkpoint is chosen anew");
            Position = Position with { BestStep = 0, BestLoss = null };
        }

        if (before.Step > 0 && before.Threads != get_num_threads())
            _notes.Add($"resumed with {get_num_threads()} threads instead of {before.Threads}; sums may round differently");
        if (before.Recordings != Position.Recordings || before.Validation != Position.Validation)
            _log?.Append(new TrainingLogRecordings(_data.Files.Count, [.. (validation?.Files ?? []).Select(file => file.Path)]));
    }

    private TrainingEnd? End(RunClock clock, CancellationToken cancellation)
    {
        var own = cancellation.IsCancellationRequested ? TrainingEnd.Cancelled
            : IsFirst && _checkpoints.TakeStopRequest() ? TrainingEnd.StopFile
            : IsFirst ? clock.End(Step) : null;
        if (_exchange.Count == 1) return own;
        // Clocks and signals differ between processes: all end after the same step, where one wants to.
        Span<double> wanted = stackalloc double[Enum.GetValues<TrainingEnd>().Length];
        if (own is { } end) wanted[(int)end] = 1;
        _exchange.Sum(wanted);
        var agreed = wanted.IndexOfAnyExcept(0);
        return agreed < 0 ? null : (TrainingEnd)agreed;
    }

    // All processes begin where process 0 is.
    private void ShareState()
    {
        if (_exchange.Count == 1) return;
        Position = TrainingPosition.FromJson(_exchange.Share(Position.ToJson()));
        _exchange.Share(State.Tensors().Select(item => item.Tensor));
        using var steps = tensor(State.OptimizerSteps, device: CPU);
        _exchange.Share([steps]);
        State.OptimizerSteps = steps.data<long>().ToArray();
    }

    private SegmentBatch Take(Prefetcher segments)
    {
        try
        {
            return segments.Take();
        }
        catch (AudioFileException)
        {
            Save();
            throw;
        }
    }

    private TrainingLogEntry MakeStep(SegmentBatch batch)
    {
        using var scope = NewDisposeScope();
        var step = Step + 1;
        var rate = Config.LearningRateAt(step);
        try
        {
            var outcome = _gradients!.Compute(batch.Segments, step);
            if (outcome.Trouble is null)
            {
                foreach (var group in State.Optimizer.ParamGroups) group.LearningRate = rate;
                State.Optimizer.step();
                Position = Position with { Step = step, BadInARow = 0 };
                return new TrainingLogEntry(step, outcome.Loss, outcome.Parts, rate, outcome.Norm);
            }

            Position = Position with { Step = step, BadInARow = Position.BadInARow + 1, Skipped = Position.Skipped + 1 };
            return new TrainingLogEntry(step, null, null, rate, null, Skipped: outcome.Trouble, Segments: Names(batch));
        }
        finally
        {
            Gradients.Forget(State.Parameters);
        }
    }

    private static string[] Names(SegmentBatch batch) =>
        [.. batch.Segments.Select(segment => FormattableString.Invariant($"{segment.Path} at sample {segment.Start}"))];

    private double? Validate()
    {
        if (_validationBatches.Length == 0) return null;
        var sum = 0.0;
        Evaluate(() =>
        {
            // Whatever noise the model draws is the same at every validation.
            StepGradients.Seed(0, State.Parameters[0].device);
            foreach (var batch in _validationBatches)
            {
                using var scope = NewDisposeScope();
                sum += _objective(_gradients!.OnDevice(batch.Segments), batch.Segments).ToNumbers().Total;
            }
        });
        var loss = sum / _validationBatches.Length;
        if (!double.IsFinite(loss)) return null;
        if (Position.BestLoss is not { } best || loss < best) Position = Position with { BestStep = Step, BestLoss = loss };
        return loss;
    }

    private string Save() => IsFirst ? _checkpoints.Save(State, _log!) : _checkpoints.FileOf(Step);

    private void StopAfterManyBadSteps(TrainingLogEntry entry)
    {
        if (Position.BadInARow < Config.MaxBadSteps) return;

        // The weights are those of the last good step; whoever resumes with other settings gets a fresh count.
        Position = Position with { BadInARow = 0 };
        var saved = Save();
        throw new TrainingException(
            $"{Config.MaxBadSteps} steps in a row were skipped, at last step {entry.Step}: {entry.Skipped}, "
            + $"segments {string.Join(", ", entry.Segments!)}. "
            + $"The weights before them are safe in {saved}. Resume with a lower learning rate than {Config.LearningRate} or with clipping, "
            + "and listen to these segments");
    }

    private void Report(IProgress<TrainingProgress>? progress, TrainingProgress report)
    {
        progress?.Report(report);
        foreach (var (_, callback) in _callbacks.Where(item => Step % item.Steps == 0)) Evaluate(() => callback(report));
    }

    private void Evaluate(Action action)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        _model.eval();
        try
        {
            action();
        }
        finally
        {
            _model.train();
        }
    }
}
