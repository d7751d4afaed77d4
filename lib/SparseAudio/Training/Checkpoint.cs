using System.Globalization;
using System.Text.Json;
using SparseAudio.IO;
using SparseAudio.IO.SafeTensors;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// A saved training: the model's configuration and weights, the optimiser's moments, and the position (step, log, best step). It is one
/// safetensors file, of which only the header is read until the tensors are asked for.
/// </summary>
public sealed class Checkpoint
{
    private const string VersionKey = "sparseaudio_checkpoint";
    private const string Version = "2";
    private const string StepsName = "adam.step";

    private Checkpoint(SafeTensorsFile file)
    {
        Path = file.Path;
        if (Text(file, VersionKey) is not Version)
            throw new SafeTensorsException(Path, $"is a checkpoint of another version; this program reads version {Version}");
        Model = Text(file, "model");
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

    /// <summary>The settings of the training.</summary>
    public TrainingConfig Config { get; }

    /// <summary>Steps done.</summary>
    public long Step => Position.Step;

    /// <summary>The step with the lowest validation loss so far; 0 before the first validation.</summary>
    public long BestStep => Position.BestStep;

    /// <summary>The validation loss of that step.</summary>
    public double? BestLoss => Position.BestLoss;

    internal TrainingPosition Position { get; }

    /// <summary>Reads and checks the header of a checkpoint.</summary>
    /// <exception cref="SafeTensorsException">The file is damaged or no checkpoint.</exception>
    public static Checkpoint Open(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return new Checkpoint(file);
    }

    /// <summary>Copies the weights into a model of the same configuration; when this throws, the model is as it was.</summary>
    /// <exception cref="SafeTensorsException">The file is damaged or belongs to another model.</exception>
    public void LoadModel(nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var file = SafeTensorsFile.Open(Path);
        var loader = new StrictStateLoader(file);
        loader.ExpectAll(model.state_dict(), TrainingState.ModelPrefix);
        loader.Load();
    }

    /// <summary>Whether a file says of itself that it is a checkpoint.</summary>
    internal static bool Is(SafeTensorsFile file) => file.Metadata.ContainsKey(VersionKey);

    /// <summary>Writes the state of a training; the path holds the complete file, or what it held before.</summary>
    internal static void Save(string path, TrainingState state)
    {
        var tensors = state.Tensors().ToDictionary();
        if (tensors.FirstOrDefault(item => !StrictStateLoader.AllFinite(item.Value)).Key is { } name)
        {
            throw new TrainingException(
                $"'{name}' holds NaN or infinity after step {state.Position.Step}; such a state is never saved. "
                + "Go back to the last checkpoint with a lower learning rate or with clipping");
        }

        using var steps = tensor(state.OptimizerSteps, device: CPU);
        SafeTensorsWriter.Save(
            path, tensors.Append(new(StepsName, steps)),
            (VersionKey, Version), ("model", state.ModelJson), ("training", state.Config.ToJson()), ("position", state.Position.ToJson()));
    }

    /// <summary>Fills the state of a training; when this throws, the state is as it was.</summary>
    internal void Restore(TrainingState state)
    {
        using var file = SafeTensorsFile.Open(Path);
        var loader = new StrictStateLoader(file);
        foreach (var (name, tensor) in state.Tensors()) loader.Expect(name, tensor);
        var steps = file.Read<long>(StepsName, SafeTensorsType.I64);
        if (steps.Length != state.OptimizerSteps.Length) throw new SafeTensorsException(Path, "belongs to a model with another number of parameters");
        loader.Load();
        (state.OptimizerSteps, state.Position) = (steps, Position);
    }

    private static string Text(SafeTensorsFile file, string key) => file.Metadata.TryGetValue(key, out var text)
        ? text
        : throw new SafeTensorsException(file.Path, $"has no '{key}' in its metadata; it is no checkpoint of a training");
}

/// <summary>
/// The folder of one training: a checkpoint a step, of which the newest knows the best, a lock, and the file <c>stop</c> by which anyone may
/// end the run. An older checkpoint is deleted only when the new one is complete on the disk.
/// </summary>
/// <param name="path">The folder; it need not exist.</param>
public sealed class CheckpointFolder(string path)
{
    private const string Prefix = "step-";
    private const string Suffix = ".safetensors";

    private string StopFile => Path.Combine(path, "stop");

    /// <summary>The path of a step's checkpoint, whether or not the file exists.</summary>
    public string FileOf(long step) => Path.Combine(path, $"{Prefix}{step:D8}{Suffix}");

    /// <summary>The steps that have a checkpoint, ascending.</summary>
    public IReadOnlyList<long> Steps()
    {
        if (!Directory.Exists(path)) return [];
        var names = Directory.EnumerateFiles(path, $"{Prefix}*{Suffix}").Select(file => Path.GetFileName(file)[Prefix.Length..^Suffix.Length]);
        return [.. names.Select(digits => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1)
            .Where(step => step >= 0).Order()];
    }

    /// <summary>The newest checkpoint that can be read; null when there is none.</summary>
    /// <param name="skipped">Told of every newer one that cannot.</param>
    public Checkpoint? Latest(Action<SafeTensorsException>? skipped = null)
    {
        foreach (var step in Steps().Reverse())
        {
            try
            {
                return Checkpoint.Open(FileOf(step));
            }
            catch (SafeTensorsException e)
            {
                skipped?.Invoke(e);
            }
        }

        return null;
    }

    /// <summary>
    /// The checkpoint with the lowest validation loss, as the newest one remembers it; the newest when nothing was validated yet; null when
    /// there is none.
    /// </summary>
    public Checkpoint? Best()
    {
        var latest = Latest();
        return latest is { BestStep: > 0 } && File.Exists(FileOf(latest.BestStep)) ? Checkpoint.Open(FileOf(latest.BestStep)) : latest;
    }

    /// <summary>Makes the folder and keeps other trainings out of it until the result is disposed.</summary>
    internal IDisposable Lock()
    {
        FileStream file;
        try
        {
            Directory.CreateDirectory(path);
            file = new FileStream(
                Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path} cannot be trained in: another training uses it, or it cannot be written to ({e.Message})", e);
        }

        AtomicFile.RemoveLeftovers(path);
        File.Delete(StopFile);
        return file;
    }

    /// <summary>Whether someone made the file <c>stop</c>; it is deleted when seen.</summary>
    internal bool TakeStopRequest()
    {
        if (!File.Exists(StopFile)) return false;
        File.Delete(StopFile);
        return true;
    }

    /// <summary>Fills the state of a training from the latest checkpoint.</summary>
    /// <param name="state">The state; unchanged when the folder has no checkpoint.</param>
    /// <param name="notes">Told what a person should know about the resumed training.</param>
    internal void Restore(TrainingState state, List<string> notes)
    {
        var latest = Latest(skipped => notes.Add($"passed over a damaged checkpoint: {skipped.Message}"));
        if (latest is null && Steps().Count > 0)
            throw new TrainingException($"none of the checkpoints in {path} can be read; the last one: {notes[^1]}");
        latest?.Restore(state);
        if (latest is not null && latest.Config != state.Config)
            notes.Add($"the configuration differs from that of the checkpoint; from step {latest.Step + 1} on the new one holds");
    }

    /// <summary>Brings the log to the disk, saves a checkpoint that knows its length, and deletes those that nobody needs any more.</summary>
    /// <returns>The path of the checkpoint.</returns>
    internal string Save(TrainingState state, TrainingLog log)
    {
        var step = state.Position.Step;
        try
        {
            log.FlushToDisk();
            state.Position = state.Position with { LogLength = log.Length, Threads = get_num_threads() };
            Checkpoint.Save(FileOf(step), state);
            var keepEvery = state.Config.KeepEvery;
            foreach (var old in Steps().Where(old => old < step && old != state.Position.BestStep && (keepEvery == 0 || old % keepEvery != 0)))
                File.Delete(FileOf(old));
            return FileOf(step);
        }
        catch (Exception e) when (e is SafeTensorsException or IOException)
        {
            var last = Steps() is { Count: > 0 } steps ? $"the checkpoint of step {steps[^1]} is untouched" : "there is no earlier one";
            var reason = e is SafeTensorsException known ? known.Reason : e.Message;
            throw new TrainingException($"{path}: the checkpoint of step {step} could not be saved, {last}: {reason}. Make room and resume", e);
        }
    }
}
