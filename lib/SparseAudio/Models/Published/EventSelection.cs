using SparseAudio.Signal;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// From the encoder's features to a few events (encode and sparsify2, lines 337 to 344 and 397 of the original): suppress what follows a
/// loud cell in its own channel, keep the largest
/// cells. All cells are scored without a gradient; only the chosen ones are computed again with one.
/// </summary>
internal static class EventSelection
{
    /// <summary>
    /// The published refractory filter: 1 at once, then minus a steeply falling power, so that a cell is lowered by
    /// what its channel did in the frames before.
    /// </summary>
    /// <param name="taps">Length of the filter.</param>
    /// <param name="power">How steeply it falls.</param>
    /// <param name="device">Device of the filter.</param>
    /// <returns>(1, 1, taps)</returns>
    public static Tensor RefractoryFilter(int taps, double power, Device device)
    {
        var filter = new float[taps];
        filter[0] = 1;
        for (var k = 1; k < taps; k++)
            filter[k] = (float)-Math.Pow(1 - (k - 1) / (double)(taps - 2), power);
        return tensor(filter, [1, 1, taps], device: CPU).IntoTorchMemory(device);
    }

    /// <summary>The refractory filter along time (lines 340 to 342), as a product with a banded matrix.</summary>
    /// <param name="map">(batch, channels, frames)</param>
    /// <param name="filter">(1, 1, taps)</param>
    /// <returns>(batch, channels, frames)</returns>
    public static Tensor Suppress(Tensor map, Tensor filter)
    {
        using var scope = NewDisposeScope();
        return linear(map, Band(filter, map.shape[2])).MoveToOuterDisposeScope();
    }

    /// <summary>The events of a batch, the largest value first.</summary>
    /// <param name="features">(batch, features, frames): what the encoder has before its projection.</param>
    /// <param name="projection">From features to the channels of the code.</param>
    /// <param name="filter">(1, 1, taps), the refractory filter.</param>
    /// <param name="events">How many cells to keep.</param>
    /// <returns>Values carry the gradient, to the features and to the projection.</returns>
    public static SparseEncoding Select(Tensor features, Conv1d projection, Tensor filter, int events)
    {
        using var scope = NewDisposeScope();
        Tensor channels, frames;
        using (no_grad())
            (channels, frames, _) = Largest(Suppress(projection.forward(features), filter), events);
        var values = Recompute(features, projection, filter, channels, frames);
        return new SparseEncoding(channels, frames, values).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The same with a share of the cells set to zero before they are suppressed, as the published code does even
    /// outside training; here all cells carry the gradient.
    /// </summary>
    /// <param name="features">(batch, features, frames)</param>
    /// <param name="projection">From features to the channels of the code.</param>
    /// <param name="filter">(1, 1, taps)</param>
    /// <param name="events">How many cells to keep.</param>
    /// <param name="share">Share of the cells that is dropped.</param>
    public static SparseEncoding SelectWithDropout(
        Tensor features, Conv1d projection, Tensor filter, int events, double share)
    {
        using var scope = NewDisposeScope();
        var map = Suppress(dropout(projection.forward(features), share), filter);
        var (channels, frames, values) = Largest(map, events);
        return new SparseEncoding(channels, frames, values).MoveToOuterDisposeScope();
    }

    /// <summary>The largest cells of every item, the largest first.</summary>
    /// <param name="map">(batch, channels, frames)</param>
    /// <param name="events">How many.</param>
    /// <returns>Channels, frames and values, each (batch, events).</returns>
    public static (Tensor Channels, Tensor Frames, Tensor Values) Largest(Tensor map, int events)
    {
        using var scope = NewDisposeScope();
        var frames = map.shape[2];
        var (values, cells) = map.flatten(1, 2).topk(events, 1);
        var channels = cells.div(frames, RoundingMode.floor);
        return (channels.MoveToOuterDisposeScope(), cells.remainder(frames).MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope());
    }

    // The filter acts on time and the projection on channels, so they commute: filter the features, then take the
    // products of the chosen rows only. The bias passes the filter too, cut short in the first frames.
    private static Tensor Recompute(Tensor features, Conv1d projection, Tensor filter, Tensor channels, Tensor frames)
    {
        var (batch, width, times) = (features.shape[0], features.shape[1], features.shape[2]);
        var band = Band(filter, times);
        var chosenFeatures = linear(features, band).gather(2, frames.unsqueeze(1).expand(batch, width, -1)).transpose(1, 2);
        var chosenWeights = projection.weight.squeeze(2).index_select(0, channels.flatten()).view(batch, -1, width);
        var products = (chosenFeatures * chosenWeights).sum(2);
        var bias = projection.bias!.index_select(0, channels.flatten()).view(channels.shape);
        var passed = band.sum(1).index_select(0, frames.flatten()).view(frames.shape);
        return products + bias * passed;
    }

    private static Tensor Band(Tensor filter, long frames)
    {
        using var scope = NewDisposeScope();
        var taps = filter.flatten();
        var time = arange(frames, device: filter.device);
        var lag = time.unsqueeze(1) - time;
        var inside = lag.ge(0) * lag.lt(taps.shape[0]);
        var weights = taps.index_select(0, lag.clamp(0, taps.shape[0] - 1).flatten()).view(frames, frames);
        return (weights * inside).MoveToOuterDisposeScope();
    }
}
