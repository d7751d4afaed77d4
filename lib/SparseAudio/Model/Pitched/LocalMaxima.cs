using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Model.Pitched;

/// <summary>Chooses the cells of a code that are larger than all their neighbours: one partial of one note is one event.</summary>
public static class LocalMaxima
{
    /// <summary>The largest of the local maxima.</summary>
    /// <param name="map">(batch, frames, pitches), not negative.</param>
    /// <param name="radius">How many pitches and frames away a neighbour is still suppressed; 0 keeps every cell.</param>
    /// <param name="events">How many cells to keep; where there are fewer maxima, the rest have the value 0.</param>
    /// <returns>Pitches and frames (batch, events) int64, and the values (batch, events) that carry the gradient.</returns>
    public static (Tensor Pitches, Tensor Frames, Tensor Values) Select(Tensor map, int radius, int events)
    {
        var pitches = map.shape[2];
        Tensor kept;
        using (no_grad())
            kept = radius > 0 ? map.eq(Neighbourhood(map, radius)).type_as(map) : ones_like(map);
        var (values, cells) = (map * kept).flatten(1, 2).topk(events, 1);
        return (cells.remainder(pitches), cells.div(pitches, RoundingMode.floor), values);
    }

    // The largest value within the radius, first along frames, then along pitches.
    private static Tensor Neighbourhood(Tensor map, int radius)
    {
        var alongFrames = pad(map, (0, 0, radius, radius)).unfold(1, 2 * radius + 1, 1).amax([3]);
        return pad(alongFrames, (radius, radius)).unfold(2, 2 * radius + 1, 1).amax([3]);
    }
}
