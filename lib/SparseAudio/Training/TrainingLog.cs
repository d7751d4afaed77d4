using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseAudio.Training;

/// <summary>One line of a training's log.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Loss">The whole loss; null when the step was skipped.</param>
/// <param name="Parts">The loss's parts by name.</param>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="GradientNorm">The norm of all gradients together, before clipping; null when skipped.</param>
/// <param name="Skipped">Why the step was skipped; null when it was not.</param>
/// <param name="Segments">The segments of a skipped step.</param>
public sealed record TrainingLogEntry(
    long Step,
    double? Loss,
    IReadOnlyDictionary<string, double>? Parts,
    double LearningRate,
    double? GradientNorm,
    string? Skipped = null,
    IReadOnlyList<string>? Segments = null);

/// <summary>
/// A training's log: one JSON object a line, handed to the system line by line, so that a crash costs at most the line
/// being written. It holds nothing that depends on the clock: the same training writes the same bytes.
/// </summary>
public sealed class TrainingLog : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private readonly FileStream _file;

    private TrainingLog(FileStream file) => _file = file;

    /// <summary>The log's length in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Opens a log to go on at a checkpoint: what was written after it is cut off.</summary>
    /// <param name="path">The file; made when there is none.</param>
    /// <param name="length">The length that the checkpoint remembers; 0 for a new training.</param>
    /// <returns>The log, placed at its end.</returns>
    /// <exception cref="TrainingException">The file is shorter than the checkpoint says.</exception>
    public static TrainingLog Open(string path, long length)
    {
        // No buffer: a line is with the system as soon as it is written.
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.Length < length)
        {
            long actual = file.Length;
            file.Dispose();
            throw new TrainingException($"{path} has {actual} bytes, but the checkpoint was made at {length}; put the log back, or train into another folder");
        }

        file.SetLength(length);
        file.Position = length;
        return new TrainingLog(file);
    }

    /// <summary>Reads a log, also one that is being written: an unfinished last line is left out.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The entries in order.</returns>
    /// <exception cref="TrainingException">A line within the log is damaged.</exception>
    public static IReadOnlyList<TrainingLogEntry> Read(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        string[] lines = reader.ReadToEnd().Split('\n');
        var entries = new List<TrainingLogEntry>();
        for (int i = 0; i < lines.Length - 1; i++)
        {
            try
            {
                entries.Add(JsonSerializer.Deserialize<TrainingLogEntry>(lines[i], Json)!);
            }
            catch (JsonException e)
            {
                throw new TrainingException($"{path}: line {i + 1} is damaged ({e.Message.Split('\n')[0]})", e);
            }
        }

        return entries;
    }

    /// <summary>Adds a line.</summary>
    /// <param name="entry">What the line says; NaN and infinity have no place in JSON.</param>
    public void Append(TrainingLogEntry entry)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(entry, Json);
        _file.Write([.. json, (byte)'\n']);
    }

    /// <summary>Waits until everything is on the disk.</summary>
    public void FlushToDisk() => _file.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
