using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Workbook;

/// <summary>Chooses the cells of a code that are larger than all their neighbours: one partial is one residual event.</summary>
internal static class LocalMaxima
{
    /// <summary>The largest of the local maxima.</summary>
    /// <param name="map">(batch, frames, pitches), not negative.</param>
    /// <param name="radius">How many pitches and frames away a neighbour is still suppressed; 0 keeps every cell.</param>
    /// <param name="events">How many cells to keep; where there are fewer maxima, the rest have the value 0.</param>
    /// <param name="taken">(batch, frames, pitches), 1 at cells that must not be chosen, 0 elsewhere; null: none.</param>
    /// <returns>Pitches and frames (batch, events) int64, and the values (batch, events) that carry the gradient.</returns>
    public static (Tensor Pitches, Tensor Frames, Tensor Values) Select(Tensor map, int radius, int events, Tensor? taken = null)
    {
        var pitches = map.shape[2];
        if (taken is not null) map = map * (1 - taken);
        Tensor kept;
        using (no_grad())
            kept = radius > 0 ? map.eq(Neighbourhood(map, radius)).type_as(map) : ones_like(map);
        var peaks = map * kept;
        var (values, cells) = (taken is null ? peaks : peaks - taken).flatten(1, 2).topk(events, 1);
        return (cells.remainder(pitches), cells.div(pitches, RoundingMode.floor), values);
    }

    /// <summary>Which cells of a map lie near chosen ones.</summary>
    /// <param name="pitches">(batch, events) int64</param>
    /// <param name="frames">(batch, events) int64</param>
    /// <param name="map">(batch, frames, pitches), for its shape.</param>
    /// <param name="radius">How many pitches and frames away a cell is still near.</param>
    /// <returns>(batch, frames, pitches): 1 near a chosen cell, 0 elsewhere; carries no gradient.</returns>
    public static Tensor Around(Tensor pitches, Tensor frames, Tensor map, int radius)
    {
        using var fixedGraph = no_grad();
        var cells = frames * map.shape[2] + pitches;
        var chosen = zeros_like(map).flatten(1, 2).scatter(1, cells, ones_like(cells).type_as(map));
        return Neighbourhood(chosen.view(map.shape), radius);
    }

    /// <summary>Where a spectrum is at a peak.</summary>
    /// <param name="spectra">(batch, frames, pitches)</param>
    /// <param name="radius">How many pitches to either side a peak is the largest.</param>
    /// <returns>(batch, frames, pitches): 1 at peaks, 0 elsewhere; carries no gradient.</returns>
    public static Tensor Peaks(Tensor spectra, int radius)
    {
        using var fixedGraph = no_grad();
        return spectra.eq(AlongPitches(spectra, radius)).type_as(spectra);
    }

    // The largest value within the radius, first along frames, then along pitches.
    private static Tensor Neighbourhood(Tensor map, int radius)
    {
        var alongFrames = pad(map, (0, 0, radius, radius)).unfold(1, 2 * radius + 1, 1).amax([3]);
        return AlongPitches(alongFrames, radius);
    }

    private static Tensor AlongPitches(Tensor map, int radius) => pad(map, (radius, radius)).unfold(2, 2 * radius + 1, 1).amax([3]);
}
