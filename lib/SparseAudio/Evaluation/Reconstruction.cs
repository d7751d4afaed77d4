namespace SparseAudio.Evaluation;

/// <summary>What a system made of a segment.</summary>
/// <param name="Sound">The rebuilt segment, as long as the original.</param>
public sealed record Reconstruction(float[] Sound)
{
    /// <summary>Every event alone, where the system has events and was asked for them.</summary>
    public IReadOnlyList<float[]>? Events { get; init; }

    /// <summary>The channels of the events, where they have channels.</summary>
    public IReadOnlyList<int>? Channels { get; init; }

    /// <summary>How many events it is made of; 0 for a system without events.</summary>
    public int EventCount { get; init; }

    /// <summary>How many numbers are kept of this segment, where that differs from segment to segment.</summary>
    public double? Numbers { get; init; }

    /// <summary>How many bits the code of this segment alone takes, where the system has one.</summary>
    public double? Bits { get; init; }
}

/// <summary>A system that rebuilds segments: a model, or something to compare it with.</summary>
public interface IReconstructor
{
    /// <summary>What the table calls it.</summary>
    string Name { get; }

    /// <summary>How many numbers it keeps of a segment of so many samples; 0 where that is not what it is about.</summary>
    double NumbersPer(int samples);

    /// <summary>Rebuilds a segment.</summary>
    /// <param name="samples">The segment, its peak at 1.</param>
    /// <param name="cancellation">Ends early with an exception.</param>
    Reconstruction Rebuild(float[] samples, CancellationToken cancellation);
}

/// <summary>The system that keeps nothing.</summary>
public sealed class Silence : IReconstructor
{
    /// <inheritdoc/>
    public string Name => "silence";

    /// <inheritdoc/>
    public double NumbersPer(int samples) => 0;

    /// <inheritdoc/>
    public Reconstruction Rebuild(float[] samples, CancellationToken cancellation) => new(new float[samples.Length]);
}
