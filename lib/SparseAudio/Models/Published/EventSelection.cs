using SparseAudio.Signal;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SparseAudio.Models.Published;

/// <summary>
/// From the encoder's features to a few events: suppress what follows a loud cell in its own channel, keep the largest
/// cells. All cells are scored without a gradient; only the chosen ones are computed again with one.
/// </summary>
public static class EventSelection
{
    /// <summary>
    /// The published refractory filter: 1 at once, then minus a steeply falling power, so that a cell is lowered by
    /// what its channel did in the frames before.
    /// </summary>
    /// <param name="taps">Length of the filter.</param>
    /// <param name="power">How steeply it falls.</param>
    /// <param name="device">Where the filter lives.</param>
    /// <returns>(1, 1, taps)</returns>
    public static Tensor RefractoryFilter(int taps, double power, Device device)
    {
        var filter = new float[taps];
        filter[0] = 1;
        for (var k = 1; k < taps; k++)
            filter[k] = (float)-Math.Pow(1 - (k - 1) / (double)(taps - 2), power);
        return tensor(filter, [1, 1, taps], device: CPU).IntoTorchMemory(device);
    }

    /// <summary>The refractory filter along time, as a product with a banded matrix.</summary>
    /// <param name="map">(batch, frames, channels)</param>
    /// <param name="filter">(1, 1, taps)</param>
    /// <returns>(batch, frames, channels)</returns>
    public static Tensor Suppress(Tensor map, Tensor filter)
    {
        using var scope = NewDisposeScope();
        return Band(filter, map.shape[1]).matmul(map).MoveToOuterDisposeScope();
    }

    /// <summary>The events of a batch, the largest value first.</summary>
    /// <param name="features">(batch, frames, features): what the encoder has before its projection.</param>
    /// <param name="projection">From features to the channels of the code.</param>
    /// <param name="filter">(1, 1, taps), the refractory filter.</param>
    /// <param name="events">How many cells to keep.</param>
    /// <returns>Values carry the gradient, to the features and to the projection.</returns>
    public static SparseEncoding Select(Tensor features, SameConvolution projection, Tensor filter, int events)
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
    /// <param name="features">(batch, frames, features)</param>
    /// <param name="projection">From features to the channels of the code.</param>
    /// <param name="filter">(1, 1, taps)</param>
    /// <param name="events">How many cells to keep.</param>
    /// <param name="share">Share of the cells that is dropped.</param>
    public static SparseEncoding SelectWithDropout(
        Tensor features, SameConvolution projection, Tensor filter, int events, double share)
    {
        using var scope = NewDisposeScope();
        var map = Suppress(dropout(projection.forward(features), share), filter);
        var (channels, frames, values) = Largest(map, events);
        return new SparseEncoding(channels, frames, values).MoveToOuterDisposeScope();
    }

    /// <summary>The largest cells of every item, the largest first.</summary>
    /// <param name="map">(batch, frames, channels)</param>
    /// <param name="events">How many.</param>
    /// <returns>Channels, frames and values, each (batch, events).</returns>
    public static (Tensor Channels, Tensor Frames, Tensor Values) Largest(Tensor map, int events)
    {
        using var scope = NewDisposeScope();
        var channels = map.shape[2];
        var (values, cells) = map.flatten(1, 2).topk(events, 1);
        var frames = cells.div(channels, RoundingMode.floor);
        return (cells.remainder(channels).MoveToOuterDisposeScope(), frames.MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope());
    }

    // The filter acts on time and the projection on channels, so they commute: filter the features, then take the
    // products of the chosen rows only. The bias passes the filter too, cut short in the first frames.
    private static Tensor Recompute(Tensor features, SameConvolution projection, Tensor filter, Tensor channels, Tensor frames)
    {
        var (batch, times, width) = (features.shape[0], features.shape[1], features.shape[2]);
        var band = Band(filter, times);
        var rows = (arange(batch, device: features.device).unsqueeze(1) * times + frames).flatten();
        var chosenFeatures = band.matmul(features).view(-1, width).index_select(0, rows);
        var chosenWeights = projection.Weight.squeeze(2).index_select(0, channels.flatten());
        var products = (chosenFeatures * chosenWeights).sum(1).view(channels.shape);
        var bias = projection.Bias.index_select(0, channels.flatten()).view(channels.shape);
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
