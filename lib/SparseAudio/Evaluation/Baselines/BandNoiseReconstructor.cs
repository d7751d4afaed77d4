namespace SparseAudio.Evaluation.Baselines;

/// <summary>The system without events: nothing but <see cref="BandNoise"/> that follows the segment.</summary>
public sealed class BandNoiseReconstructor : IReconstructor
{
    /// <summary>Samples a second, for the bands.</summary>
    public int SampleRate { get; init; } = 22050;

    /// <inheritdoc/>
    public string Name => "band noise";

    /// <inheritdoc/>
    public double NumbersPer(int samples) => BandNoise.Numbers(samples);

    /// <inheritdoc/>
    public Reconstruction Rebuild(float[] samples, CancellationToken cancellation) => new(BandNoise.Like(samples, SampleRate));
}
