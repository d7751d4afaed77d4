using System.Globalization;
using SparseAudio.IO.SafeTensors;

namespace SparseAudio.Training;

/// <summary>
/// The checkpoints of one training: a file a step, the newest of which knows the best. An older one goes only after the
/// new one is complete on the disk.
/// </summary>
public sealed class CheckpointFolder
{
    private const string Prefix = "step-";
    private const string Suffix = ".safetensors";

    /// <summary>The checkpoints in a folder.</summary>
    /// <param name="path">The folder; it need not exist.</param>
    public CheckpointFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The path of a step's checkpoint.</summary>
    /// <param name="step">The step.</param>
    /// <returns>A path, whether or not the file exists.</returns>
    public string FileOf(long step) => System.IO.Path.Combine(Path, $"{Prefix}{step:D8}{Suffix}");

    /// <summary>The steps that have a checkpoint.</summary>
    /// <returns>Ascending.</returns>
    public IReadOnlyList<long> Steps()
    {
        if (!Directory.Exists(Path))
        {
            return [];
        }

        List<long> steps = [];
        foreach (string file in Directory.EnumerateFiles(Path, $"{Prefix}*{Suffix}"))
        {
            string digits = System.IO.Path.GetFileName(file)[Prefix.Length..^Suffix.Length];
            if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
            {
                steps.Add(step);
            }
        }

        steps.Sort();
        return steps;
    }

    /// <summary>The newest checkpoint that can be read.</summary>
    /// <param name="skipped">Told of every newer one that cannot.</param>
    /// <returns>The checkpoint, or null when there is none.</returns>
    public Checkpoint? Latest(Action<SafeTensorsException>? skipped = null)
    {
        foreach (long step in Steps().Reverse())
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

    /// <summary>The checkpoint with the best score, as the newest one remembers it.</summary>
    /// <returns>The best, the newest when there was no score yet, or null when there is none.</returns>
    public Checkpoint? Best()
    {
        Checkpoint? latest = Latest();
        return latest is { BestStep: > 0 } && File.Exists(FileOf(latest.BestStep)) ? Checkpoint.Open(FileOf(latest.BestStep)) : latest;
    }

    /// <summary>Saves a checkpoint, and once it is verified deletes those that nobody needs any more.</summary>
    internal string Save(TrainingState state)
    {
        TrainingPosition position = state.Position;
        string path = FileOf(position.Step);
        Checkpoint.Save(path, state);
        foreach (long step in Steps())
        {
            bool kept = step >= position.Step || step == position.BestStep
                || (state.Config.KeepEvery > 0 && step % state.Config.KeepEvery == 0);
            if (!kept)
            {
                File.Delete(FileOf(step));
            }
        }

        return path;
    }
}
