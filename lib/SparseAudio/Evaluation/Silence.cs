namespace SparseAudio.Evaluation;

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
