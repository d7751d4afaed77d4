using static TorchSharp.torch;

namespace SparseAudio.Signal;

/// <summary>Places short sounds on the grid of frames: exact shifts, cut off at the end of the segment.</summary>
public static class Placement
{
    /// <summary>Every sound alone, shifted to its frame.</summary>
    /// <param name="sounds">(batch, events, length), length a multiple of hop.</param>
    /// <param name="frames">(batch, events) int64</param>
    /// <param name="hop">Samples in a frame of the grid.</param>
    /// <param name="samples">Samples of a segment, a multiple of hop.</param>
    /// <returns>(batch, events, samples)</returns>
    public static Tensor Place(Tensor sounds, Tensor frames, long hop, long samples)
    {
        Check(sounds, frames, hop, samples);
        using var scope = NewDisposeScope();
        var (batch, events) = (sounds.shape[0], sounds.shape[1]);
        var rows = arange(batch * events, device: sounds.device).view(batch, events);
        return Add(sounds, rows, batch * events, frames, hop, samples)
            .view(batch, events, samples).MoveToOuterDisposeScope();
    }

    /// <summary>The sum of all sounds of a segment, each shifted to its frame.</summary>
    /// <param name="sounds">(batch, events, length), length a multiple of hop.</param>
    /// <param name="frames">(batch, events) int64</param>
    /// <param name="hop">Samples in a frame of the grid.</param>
    /// <param name="samples">Samples of a segment, a multiple of hop.</param>
    /// <returns>(batch, 1, samples)</returns>
    public static Tensor PlaceSum(Tensor sounds, Tensor frames, long hop, long samples)
    {
        Check(sounds, frames, hop, samples);
        using var scope = NewDisposeScope();
        var batch = sounds.shape[0];
        var rows = arange(batch, device: sounds.device).unsqueeze(1).expand(batch, sounds.shape[1]);
        return Add(sounds, rows, batch, frames, hop, samples).view(batch, 1, samples).MoveToOuterDisposeScope();
    }

    private static void Check(Tensor sounds, Tensor frames, long hop, long samples)
    {
        sounds.RequireReal([TensorGuard.Any, TensorGuard.Any, TensorGuard.Any]);
        frames.RequireIndices([sounds.shape[0], sounds.shape[1]], sounds);
        ArgumentOutOfRangeException.ThrowIfLessThan(hop, 1);
        if (sounds.shape[2] % hop != 0)
            throw new ArgumentException($"The length must be a multiple of {hop}, not {sounds.shape[2]}.", nameof(sounds));
        if (samples < hop || samples % hop != 0)
            throw new ArgumentException($"A segment must be a multiple of {hop} samples, not {samples}.", nameof(samples));
    }

    // Adds each hop of each sound to its cell (row, frame); one more cell takes what lies beyond the end.
    private static Tensor Add(Tensor sounds, Tensor rows, long count, Tensor frames, long hop, long samples)
    {
        var grid = samples / hop;
        var at = frames.unsqueeze(2) + arange(sounds.shape[2] / hop, device: sounds.device);
        var cell = where(at.lt(grid), rows.unsqueeze(2) * grid + at, full_like(at, count * grid));
        var cells = zeros(count * grid + 1, hop, dtype: sounds.dtype, device: sounds.device);
        return cells.index_add(0, cell.flatten(), sounds.reshape(-1, hop), 1).narrow(0, 0, count * grid);
    }
}
