using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseAudio.Training;

/// <summary>One step in the log of a training.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Loss">The whole loss; null when the step was skipped.</param>
/// <param name="Parts">The parts of the loss by name.</param>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="GradientNorm">The norm of all gradients together, before clipping; null when the step was skipped.</param>
/// <param name="ValidationLoss">The mean loss over the validation segments after the step; null when none was computed, or it was no number.</param>
/// <param name="Skipped">Why the step was skipped; null when it was not.</param>
/// <param name="Segments">The segments of a skipped step.</param>
public sealed record TrainingLogEntry(
    long Step,
    double? Loss,
    IReadOnlyDictionary<string, double>? Parts,
    double LearningRate,
    double? GradientNorm,
    double? ValidationLoss = null,
    string? Skipped = null,
    IReadOnlyList<string>? Segments = null);

/// <summary>
/// The recordings of a training, a line of the log before the first step, and again where a resumed training has others.
/// </summary>
/// <param name="Recordings">How many recordings there are to train on.</param>
/// <param name="Validation">The recordings that are held out for validation, by name.</param>
public sealed record TrainingLogRecordings(int Recordings, IReadOnlyList<string> Validation);

/// <summary>
/// The log of a training: one JSON object a line, handed to the system line by line, so that a crash costs at most the line being written.
/// It holds nothing that depends on the clock: the same training writes the same bytes.
/// </summary>
public sealed class TrainingLog : IDisposable
{
    private static readonly JsonSerializerOptions _json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly FileStream _file;

    private TrainingLog(FileStream file) => _file = file;

    /// <summary>The log's length in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Opens a log to go on at a checkpoint: what was written after it is cut off.</summary>
    /// <param name="path">The file; made when there is none.</param>
    /// <param name="length">The length in bytes that the checkpoint remembers; 0 for a new training.</param>
    /// <exception cref="TrainingException">The file is shorter than the checkpoint says.</exception>
    public static TrainingLog Open(string path, long length)
    {
        // No buffer: a line is with the system as soon as it is written.
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.Length < length)
        {
            var actual = file.Length;
            file.Dispose();
            throw new TrainingException(
                $"{path} has {actual} bytes, but the checkpoint was made at {length}; put the log back, or train into another folder");
        }

        file.SetLength(length);
        file.Position = length;
        return new TrainingLog(file);
    }

    /// <summary>Reads the steps of a log, also of one that is being written: an unfinished last line is left out.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The steps in order.</returns>
    /// <exception cref="TrainingException">A line within the log is damaged.</exception>
    public static IReadOnlyList<TrainingLogEntry> Read(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var lines = reader.ReadToEnd().Split('\n');
        var entries = new List<TrainingLogEntry>();
        for (var i = 0; i < lines.Length - 1; i++)
        {
            try
            {
                // Steps count from 1: the line of the recordings has none.
                if (JsonSerializer.Deserialize<TrainingLogEntry>(lines[i], _json) is { Step: > 0 } entry) entries.Add(entry);
            }
            catch (JsonException e)
            {
                throw new TrainingException($"{path}: line {i + 1} is damaged ({e.Message.Split('\n')[0]})", e);
            }
        }

        return entries;
    }

    /// <summary>Adds the line of a step.</summary>
    /// <exception cref="TrainingException">The disk is full.</exception>
    public void Append(TrainingLogEntry entry) => Append<TrainingLogEntry>(entry);

    /// <summary>Adds the line of the recordings.</summary>
    /// <exception cref="TrainingException">The disk is full.</exception>
    public void Append(TrainingLogRecordings recordings) => Append<TrainingLogRecordings>(recordings);

    /// <summary>Waits until everything is on the disk.</summary>
    public void FlushToDisk() => _file.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Append<T>(T line)
    {
        try
        {
            _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, _json), (byte)'\n']);
        }
        catch (IOException e)
        {
            throw new TrainingException($"{_file.Name}: the log cannot be written ({e.Message}). Make room and resume", e);
        }
    }
}
