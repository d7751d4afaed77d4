using static TorchSharp.torch;

namespace SparseAudio.Models.Workbook;

/// <summary>Reads spectra at frequencies between their bins, by linear interpolation.</summary>
internal sealed class SpectralSampler
{
    private readonly Tensor bins;
    private readonly Tensor shares;
    private readonly Tensor inside;

    /// <summary>Prepares the places to read.</summary>
    /// <param name="positions">(rows, places) in bins; places beyond the last bin but one read as 0.</param>
    /// <param name="count">Bins of the spectra.</param>
    /// <param name="device">Device of the tensors.</param>
    public SpectralSampler(float[,] positions, int count, Device device)
    {
        var (rows, places) = (positions.GetLength(0), positions.GetLength(1));
        var (index, share, known) = (new long[positions.Length], new float[positions.Length], new float[positions.Length]);
        for (var i = 0; i < positions.Length; i++)
        {
            var position = positions[i / places, i % places];
            var held = Math.Min(position, count - 2);
            index[i] = (long)held;
            known[i] = position < count - 2 ? 1 : 0;
            share[i] = (position - MathF.Floor(position)) * known[i];
        }
        bins = tensor(index, [rows, places], device: device).DetachFromDisposeScope();
        shares = tensor(share, [rows, places], device: device).DetachFromDisposeScope();
        inside = tensor(known, [rows, places], device: device).DetachFromDisposeScope();
    }

    /// <summary>Reads chosen frames at the places of chosen rows.</summary>
    /// <param name="spectra">(batch, frames, bins)</param>
    /// <param name="frames">(batch, events, looks) int64, the frames to look at.</param>
    /// <param name="rows">(batch, events) int64</param>
    /// <returns>(batch, events, looks, places), 0 where a place lies beyond the spectrum.</returns>
    public Tensor Read(Tensor spectra, Tensor frames, Tensor rows)
    {
        var (batch, events, looks) = (frames.shape[0], frames.shape[1], frames.shape[2]);
        var (times, count, places) = (spectra.shape[1], spectra.shape[2], bins.shape[1]);
        Tensor OfRows(Tensor table) => table.index_select(0, rows.flatten()).view(batch, events, 1, places);
        var flat = spectra.reshape(-1);
        var item = arange(batch, device: frames.device).view(batch, 1, 1, 1) * times;
        var at = ((item + frames.unsqueeze(3)) * count + OfRows(bins)).flatten();
        var low = flat.index_select(0, at).view(batch, events, looks, places);
        var high = flat.index_select(0, at + 1).view(batch, events, looks, places);
        return (low + (high - low) * OfRows(shares)) * OfRows(inside);
    }
}
