using TorchSharp;
using static TorchSharp.torch;

namespace SparseAudio.Signal;

/// <summary>One band of a signal, sampled as slowly as it can be.</summary>
/// <param name="Size">Samples of the band.</param>
/// <param name="Samples">(…, Size)</param>
public sealed record OctaveBand(long Size, Tensor Samples)
{
    /// <summary>(…, Size)</summary>
    public Tensor Samples { get; } = Samples.RequireReal([TensorGuard.Leading, Size]);
}

/// <summary>
/// Splits a signal into octaves in the frequency domain; every band keeps only as many samples as it needs. As
/// published, the bin that two bands share is in both of them.
/// </summary>
public static class OctaveBands
{
    /// <summary>The bands from the lowest to the highest.</summary>
    /// <param name="signal">(…, samples), samples a power of two.</param>
    /// <param name="smallest">Samples of the lowest band, a power of two not above samples.</param>
    /// <returns>Bands of smallest, 2 * smallest, …, samples samples.</returns>
    public static IReadOnlyList<OctaveBand> Split(Tensor signal, long smallest)
    {
        signal.RequireReal([TensorGuard.Leading, TensorGuard.Any]);
        var samples = signal.shape[^1];
        if (!long.IsPow2(samples)) throw new ArgumentException($"The number of samples must be a power of two, not {samples}.", nameof(signal));
        if (smallest < 2 || smallest > samples || !long.IsPow2(smallest))
            throw new ArgumentException($"The samples of the lowest band must be a power of two in 2…{samples}, not {smallest}.", nameof(smallest));
        using var scope = NewDisposeScope();
        var spectrum = fft.rfft(signal, norm: FFTNormType.Ortho);
        var bands = new List<OctaveBand>();
        for (var size = smallest; size <= samples; size *= 2)
        {
            var bins = spectrum.narrow(-1, 0, size / 2 + 1);
            if (size > smallest)
            {
                var above = arange(size / 2 + 1, device: signal.device).ge(size / 4);
                bins = bins * above;
            }

            var band = fft.irfft(RealAtNyquist(bins), size, norm: FFTNormType.Ortho).MoveToOuterDisposeScope();
            bands.Add(new OctaveBand(size, band));
        }
        return bands;
    }

    // The last bin of a real signal's spectrum is real. The inverse transform on a CPU takes it so; cuFFT's counts what is imaginary in it.
    private static Tensor RealAtNyquist(Tensor bins)
    {
        if (bins.device_type == DeviceType.CPU) return bins;
        var parts = ones([bins.shape[^1], 2], dtype: bins.real.dtype, device: bins.device);
        parts[-1, 1] = 0;
        return view_as_complex(view_as_real(bins) * parts);
    }
}
