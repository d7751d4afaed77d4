using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseAudio.Training;

/// <summary>
/// Where a training stands, besides its tensors. Data and noise of step n are functions of (seed, n), so the step is also
/// the position in the data and in the random numbers.
/// </summary>
internal sealed record TrainingPosition
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Steps done, skipped ones included.</summary>
    public long Step { get; init; }

    /// <summary>Steps skipped.</summary>
    public long Skipped { get; init; }

    /// <summary>Steps skipped since the last good one.</summary>
    public int BadInARow { get; init; }

    /// <summary>The log's length in bytes.</summary>
    public long LogLength { get; init; }

    /// <summary>The sum of the losses of the good steps since the last score.</summary>
    public double LossSum { get; init; }

    /// <summary>How many there are.</summary>
    public long LossCount { get; init; }

    /// <summary>The step of the best checkpoint; 0 before the first score.</summary>
    public long BestStep { get; init; }

    /// <summary>Its score; lower is better.</summary>
    public double? BestScore { get; init; }

    /// <summary>Which recordings there were: a hash of their names and lengths.</summary>
    public string Recordings { get; init; } = "";

    /// <summary>Torch's threads; another number may round sums differently.</summary>
    public int Threads { get; init; }

    public static TrainingPosition FromJson(string json) =>
        JsonSerializer.Deserialize<TrainingPosition>(json, Json) ?? throw new JsonException("it is null");

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
