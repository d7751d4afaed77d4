using SparseAudio.Signal;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Published;

/// <summary>Shapes white noise: a gain for every band of short overlapping frames.</summary>
public sealed class NoiseModel : Module<Tensor, Tensor, Tensor>
{
    private readonly ConvUpsample upscale;
    private readonly long window;

    /// <summary>Builds the layers.</summary>
    /// <param name="channels">Channels of the control sequence.</param>
    /// <param name="inputFrames">Length of the control sequence.</param>
    /// <param name="noiseFrames">Frames of noise.</param>
    /// <param name="samples">Samples of noise.</param>
    /// <param name="device">Where the parameters live.</param>
    public NoiseModel(long channels, long inputFrames, long noiseFrames, long samples, Device device)
        : base(nameof(NoiseModel))
    {
        window = 2 * samples / noiseFrames;
        upscale = new ConvUpsample(channels, channels, inputFrames, noiseFrames, window / 2 + 1, device);
        RegisterComponents();
    }

    /// <summary>Control values of every band before they are squashed.</summary>
    /// <param name="control">(rows, inputFrames, channels)</param>
    /// <returns>(rows, noiseFrames, bands)</returns>
    public Tensor BandControls(Tensor control) => upscale.Grow(control);

    /// <summary>Filters the noise.</summary>
    /// <param name="control">(rows, inputFrames, channels)</param>
    /// <param name="noise">(rows, samples)</param>
    /// <returns>(rows, samples)</returns>
    public override Tensor forward(Tensor control, Tensor noise)
    {
        using var scope = NewDisposeScope();
        var controls = BandControls(control);
        // As published, the lowest band is always open, whatever its control says.
        var shaped = controls.narrow(2, 1, controls.shape[2] - 1).sigmoid().square();
        var open = ones_like(controls.narrow(2, 0, 1));
        var gains = cat([open, shaped], 2);

        var hann = hann_window(window, dtype: noise.dtype, device: noise.device);
        var spectrum = fft.rfft(Framing.Split(noise, window, window / 2) * hann, norm: FFTNormType.Ortho);
        // The window a second time, as published.
        var frames = fft.irfft(spectrum * gains, window, norm: FFTNormType.Ortho) * hann;
        return Framing.OverlapAdd(frames).MoveToOuterDisposeScope();
    }
}
