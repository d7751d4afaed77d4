using static TorchSharp.torch;

namespace SparseAudio.Codec.Analysis;

/// <summary>Power spectra of sounds, and their autocorrelations, which are the same told by lag.</summary>
internal static class Autocorrelation
{
    /// <summary>Both, without wrapping around.</summary>
    /// <param name="sounds">(rows, samples)</param>
    /// <param name="lags">How many lags are wanted, at most the samples.</param>
    /// <returns>(rows, samples + 1) and (rows, lags), on the CPU.</returns>
    public static (Tensor Power, Tensor Lags) Of(Tensor sounds, long lags)
    {
        using var scope = NewDisposeScope();
        var length = 2 * sounds.shape[1];
        var spectrum = fft.rfft(sounds, length);
        var power = (spectrum * spectrum.conj()).real;
        var correlation = fft.irfft(power, length).narrow(1, 0, Math.Min(lags, sounds.shape[1]));
        return (power.cpu().contiguous().MoveToOuterDisposeScope(), correlation.cpu().contiguous().MoveToOuterDisposeScope());
    }
}
