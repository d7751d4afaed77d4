using System.Security.Cryptography;
using System.Text;
using SparseAudio.Audio;
using SparseAudio.Data;
using SparseAudio.IO.SafeTensors;
using SparseAudio.Losses;
using SparseAudio.Signal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// Trains a model and loses nothing: every step is a function of the seed and the state before it, checkpoints are
/// complete or absent, and a resumed training continues bit for bit as if it had never stopped.
/// </summary>
/// <remarks>
/// The folder holds <c>step-N.safetensors</c> (latest, best, and every N as configured) and <c>loss.jsonl</c>. Whoever
/// makes a file <c>stop</c> there ends the run after its current step. Use it from one thread: torch's dispose scopes
/// belong to one.
/// </remarks>
public sealed class Trainer : IDisposable
{
    private readonly nn.Module _model;
    private readonly Func<Tensor, LossParts> _objective;
    private readonly SegmentSource _data;
    private readonly Parameter[] _parameters;
    private readonly TrainingFolder _folder;
    private readonly TrainingState _state;
    private readonly RunningStatistics _statistics;
    private readonly List<(int Steps, Action<TrainingProgress> Callback)> _callbacks = [];
    private readonly List<string> _notes = [];

    /// <summary>Prepares a training, new or resumed.</summary>
    /// <param name="model">The model; its weights change in place.</param>
    /// <param name="modelJson">Its configuration, kept in the checkpoints.</param>
    /// <param name="objective">Forward pass and loss of a batch (batch, 1, samples) on the model's device.</param>
    /// <param name="data">The recordings; stay the caller's.</param>
    /// <param name="config">How to train; when resuming, it may differ from the checkpoint's, and holds from then on.</param>
    /// <param name="folder">Where checkpoints and log go.</param>
    /// <param name="resume">Whether to go on from the folder's latest checkpoint; from the beginning when it has none.</param>
    /// <exception cref="TrainingException">The configuration is bad, or the folder is in use or holds a training that is not to be resumed.</exception>
    /// <exception cref="SafeTensorsException">The checkpoint belongs to another model.</exception>
    public Trainer(
        nn.Module model, string modelJson, Func<Tensor, LossParts> objective, SegmentSource data, TrainingConfig config, string folder, bool resume = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        (_model, _objective, _data) = (model, objective, data);
        _parameters = [.. model.named_parameters().Select(p => p.parameter)];
        _folder = new TrainingFolder(folder, resume);
        try
        {
            _state = new TrainingState(model, modelJson, config, Identity(data));
            _statistics = new RunningStatistics(model);
            _folder.Restore(_state, _notes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How this training trains.</summary>
    public TrainingConfig Config => _state.Config;

    /// <summary>Steps done since the very beginning, skipped ones included.</summary>
    public long Step => _state.Position.Step;

    /// <summary>What a person should know about how the training was resumed.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>
    /// Judges the model at every regular checkpoint, in evaluation mode and with the averaged weights if there are any;
    /// lower is better. Without it the mean loss since the last one is the score.
    /// </summary>
    public Func<double>? Score { get; set; }

    /// <summary>Has something done every so many steps, in evaluation mode and with the averaged weights if there are any.</summary>
    /// <param name="steps">From one call to the next.</param>
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
        using var segments = new SegmentReadAhead(_data, Config.Seed, Config.BatchSize, firstStep: Step + 1);
        string? saved = null;
        TrainingEnd? end;
        _model.train();
        while ((end = End(clock, cancellation)) is null)
        {
            TrainingLogEntry entry = MakeStep(Take(segments));
            _folder.Append(entry);
            clock.Tick();
            saved = Step % Config.CheckpointEvery == 0 ? SaveScored() : null;
            Report(new TrainingProgress(
                Step, clock.LastStep, entry, clock.StepsPerSecond, clock.Elapsed, clock.Remaining(Step), _state.Position.Skipped, segments.WaitingShare, saved), progress);
            StopWhenBad(entry);
        }

        return new TrainingResult(end.Value, Step, _state.Position.Skipped, saved ?? _folder.Save(_state), segments.WaitingShare);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _state?.Dispose();
        _statistics?.Dispose();
        _folder.Dispose();
    }

    private TrainingEnd? End(RunClock clock, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? TrainingEnd.Cancelled
        : _folder.TakeStopRequest() ? TrainingEnd.StopFile
        : clock.End(Step);

    private SegmentBatch Take(SegmentReadAhead segments)
    {
        try
        {
            return segments.Take();
        }
        catch (AudioFileException)
        {
            _folder.Save(_state);
            throw;
        }
    }

    private TrainingLogEntry MakeStep(SegmentBatch batch)
    {
        using var scope = NewDisposeScope();
        long step = Step + 1;
        double rate = Config.LearningRateAt(step);
        StepSeed.Set(Config.Seed, step, _parameters[0].device);
        _statistics.Remember();
        Tensor audio = tensor(batch.Samples(), [Config.BatchSize, 1, _data.SegmentSamples], device: CPU).IntoTorchMemory(_parameters[0].device);
        LossParts loss = _objective(audio);
        double total = loss.Total.item<float>();
        Tensor?[] gradients = double.IsFinite(total) ? Gradient.Of(loss.Total, _parameters) : [];
        double norm = Numbers.Norm(gradients);
        if (!double.IsFinite(total) || !double.IsFinite(norm))
        {
            _statistics.Restore();
            Count(good: false, 0);
            return new TrainingLogEntry(step, null, null, rate, null, double.IsFinite(total) ? $"gradients are {norm}" : $"loss is {total}", Names(batch));
        }

        Clip(gradients, norm);
        _state.Adam.Step(gradients, rate);
        _state.Average?.Update(step);
        Count(good: true, total);
        return new TrainingLogEntry(step, total, loss.ToNumbers(), rate, norm);
    }

    // What decides which segment a step gets, besides seed and step: the recordings' order and lengths.
    private static string Identity(SegmentSource data)
    {
        string list = string.Join('\n', data.Files.Select(file => FormattableString.Invariant($"{file.Path}\t{file.Samples}")));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(list)))[..16];
    }

    private static string[] Names(SegmentBatch batch) =>
        [.. batch.Segments.Select(segment => FormattableString.Invariant($"{segment.Path} at sample {segment.Start}"))];

    private void Clip(Tensor?[] gradients, double norm)
    {
        if (Config.ClipNorm > 0 && norm > Config.ClipNorm)
        {
            foreach (Tensor? gradient in gradients)
            {
                gradient?.mul_(Config.ClipNorm / norm);
            }
        }
    }

    private void Count(bool good, double loss)
    {
        TrainingPosition now = _state.Position;
        _state.Position = good
            ? now with { Step = now.Step + 1, BadInARow = 0, LossSum = now.LossSum + loss, LossCount = now.LossCount + 1 }
            : now with { Step = now.Step + 1, BadInARow = now.BadInARow + 1, Skipped = now.Skipped + 1 };
    }

    private void StopWhenBad(TrainingLogEntry entry)
    {
        if (_state.Position.BadInARow < Config.MaxBadSteps)
        {
            return;
        }

        // The weights are those of the last good step; whoever resumes with other settings gets a fresh count.
        _state.Position = _state.Position with { BadInARow = 0 };
        string saved = _folder.Save(_state);
        throw new TrainingException(
            $"{Config.MaxBadSteps} steps in a row were skipped, at last step {entry.Step}: {entry.Skipped}, segments {string.Join(", ", entry.Segments!)}. "
            + $"The weights before them are safe in {saved}. Resume with a lower learning rate than {Config.LearningRate} or with clipping, and listen to these segments");
    }

    private string SaveScored()
    {
        TrainingPosition now = _state.Position;
        double score = now.LossCount > 0 ? now.LossSum / now.LossCount : double.NaN;
        if (Score is not null)
        {
            Evaluate(() => score = Score());
        }

        bool better = double.IsFinite(score) && (now.BestScore is not { } best || score < best);
        _state.Position = now with
        {
            LossSum = 0,
            LossCount = 0,
            BestStep = better ? now.Step : now.BestStep,
            BestScore = better ? score : now.BestScore,
        };
        return _folder.Save(_state);
    }

    private void Report(TrainingProgress report, IProgress<TrainingProgress>? progress)
    {
        progress?.Report(report);
        foreach ((int steps, Action<TrainingProgress> callback) in _callbacks)
        {
            if (Step % steps == 0)
            {
                Evaluate(() => callback(report));
            }
        }
    }

    private void Evaluate(Action action)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        _model.eval();
        _state.Average?.Exchange();
        try
        {
            action();
        }
        finally
        {
            _state.Average?.Exchange();
            _model.train();
        }
    }
}
