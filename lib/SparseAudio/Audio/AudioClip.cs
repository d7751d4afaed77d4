using System.Numerics.Tensors;

namespace SparseAudio.Audio;

/// <summary>Mono audio in memory.</summary>
/// <param name="Samples">Samples of full scale ±1.</param>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Name">What to call it in lists and players.</param>
public sealed record AudioClip(float[] Samples, int SampleRate, string Name = "")
{
    /// <summary>Length in seconds.</summary>
    public double DurationSeconds => (double)Samples.Length / SampleRate;

    /// <summary>A copy of a part.</summary>
    /// <param name="start">First sample.</param>
    /// <param name="length">Number of samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches beyond the clip.</exception>
    public AudioClip Slice(int start, int length)
    {
        if (start < 0 || length < 0 || start > Samples.Length - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"samples {start} to {(long)start + length} of a clip of {Samples.Length} samples do not exist");
        }

        return this with { Samples = Samples.AsSpan(start, length).ToArray() };
    }

    /// <summary>
    /// The clip divided by |max(x)|, the magnitude of its highest (not its largest) sample, as the published model's
    /// training data were; a clip whose highest sample is zero stays as it is.
    /// </summary>
    public AudioClip Normalized()
    {
        var copy = (float[])Samples.Clone();
        Normalize(copy);
        return this with { Samples = copy };
    }

    /// <summary><see cref="Normalized"/> in place.</summary>
    internal static void Normalize(Span<float> samples)
    {
        var highest = samples.IsEmpty ? 0 : Math.Abs(TensorPrimitives.Max(samples));
        if (highest == 0) return;
        foreach (ref var sample in samples) sample /= highest;
    }
}
