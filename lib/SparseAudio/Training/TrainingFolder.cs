using SparseAudio.IO;
using SparseAudio.IO.SafeTensors;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>A training's folder while it is trained in: its lock, its log, its checkpoints, and the request to stop.</summary>
internal sealed class TrainingFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly CheckpointFolder _checkpoints;
    private readonly string _stop;
    private TrainingLog? _log;

    /// <summary>Takes a folder for one training.</summary>
    /// <param name="path">The folder; made when there is none.</param>
    /// <param name="resume">Whether checkpoints in it are to be gone on from.</param>
    public TrainingFolder(string path, bool resume)
    {
        _checkpoints = new CheckpointFolder(path);
        _stop = Path.Combine(path, "stop");
        if (!resume && _checkpoints.Steps().Count > 0)
        {
            throw new TrainingException($"{path} holds a training already; resume it (--resume), or train into another folder");
        }

        try
        {
            Directory.CreateDirectory(path);
            _lock = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path} cannot be trained in: another training uses it, or it cannot be written to ({e.Message})", e);
        }

        AtomicFile.RemoveLeftovers(path);
        File.Delete(_stop);
    }

    /// <summary>The log, from <see cref="Restore"/> on.</summary>
    public TrainingLog Log => _log ?? throw new InvalidOperationException("the folder has not been restored from yet");

    /// <summary>Goes on from the latest checkpoint, if there is one, and cuts the log to its length.</summary>
    /// <param name="state">What to fill.</param>
    /// <param name="notes">Told what a person should know about it.</param>
    public void Restore(TrainingState state, List<string> notes)
    {
        Checkpoint? latest = _checkpoints.Latest(skipped => notes.Add($"passed over a damaged checkpoint: {skipped.Message}"));
        if (latest is null && _checkpoints.Steps().Count > 0)
        {
            throw new TrainingException($"none of the checkpoints in {_checkpoints.Path} can be read; the last one: {notes[^1]}");
        }

        latest?.Restore(state);
        _log = TrainingLog.Open(Path.Combine(_checkpoints.Path, "loss.jsonl"), state.Position.LogLength);
        if (latest is null)
        {
            return;
        }

        if (latest.Config != state.Config)
        {
            notes.Add($"the configuration differs from that of the checkpoint; from step {latest.Step + 1} on the new one holds");
        }

        if (state.Position.Recordings != state.Recordings)
        {
            notes.Add("the recordings are not those of the checkpoint; the training goes on, but not as it would have with them");
        }

        if (state.Position.Threads != get_num_threads())
        {
            notes.Add($"resumed with {get_num_threads()} threads instead of {state.Position.Threads}; sums may round differently");
        }
    }

    /// <summary>Makes the log safe, then saves a checkpoint that knows its length.</summary>
    /// <returns>The checkpoint's path.</returns>
    public string Save(TrainingState state)
    {
        try
        {
            Log.FlushToDisk();
            state.Position = state.Position with { LogLength = Log.Length, Recordings = state.Recordings, Threads = get_num_threads() };
            return _checkpoints.Save(state);
        }
        catch (Exception e) when (e is SafeTensorsException or IOException)
        {
            string last = _checkpoints.Steps() is { Count: > 0 } steps ? $"the checkpoint of step {steps[^1]} is untouched" : "there is no earlier one";
            string reason = e is SafeTensorsException bad ? bad.Reason : e.Message;
            throw new TrainingException($"{_checkpoints.Path}: the checkpoint of step {state.Position.Step} could not be saved, {last}: {reason}. Make room and resume", e);
        }
    }

    /// <summary>Writes a line of the log.</summary>
    public void Append(TrainingLogEntry entry)
    {
        try
        {
            Log.Append(entry);
        }
        catch (IOException e)
        {
            throw new TrainingException($"{_checkpoints.Path}: the log cannot be written ({e.Message}). Make room and resume", e);
        }
    }

    /// <summary>Whether someone made the file <c>stop</c>; it is taken away when seen.</summary>
    public bool TakeStopRequest()
    {
        bool requested = File.Exists(_stop);
        if (requested)
        {
            File.Delete(_stop);
        }

        return requested;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _log?.Dispose();
        _lock.Dispose();
    }
}
