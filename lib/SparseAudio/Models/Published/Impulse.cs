using SparseAudio.Signal;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SparseAudio.Models.Published;

/// <summary>
/// The start of an event: a short burst of band-limited noise (an attack, a breath); class GenerateImpulse, lines 147 to 184 of the original.
/// </summary>
internal sealed class Impulse : Module<Tensor, Tensor, Tensor>
{
    private readonly ConvUpsample to_frames;
    private readonly NoiseModel noise_model;

    /// <summary>Builds the generator.</summary>
    public Impulse(PublishedConfig config, Device device) : base(nameof(Impulse))
    {
        var (channels, frames) = (config.ImpulseChannels, config.ImpulseControlFrames);
        to_frames = new ConvUpsample(config.EmbeddingSize, channels, 4, frames, channels, device);
        noise_model = new NoiseModel(channels, frames, config.NoiseFrames, config.ImpulseSamples, device);
        RegisterComponents();
    }

    /// <summary>The stage that turns control sequences into filtered noise.</summary>
    public NoiseModel Noise => noise_model;

    /// <summary>The control sequence of every event.</summary>
    /// <param name="embedding">(rows, embedding)</param>
    /// <returns>(rows, channels, control frames)</returns>
    public Tensor Controls(Tensor embedding) => to_frames.forward(embedding);

    /// <summary>Generates one impulse for each row.</summary>
    /// <param name="embedding">(rows, embedding)</param>
    /// <param name="noise">(rows, impulse samples), white, in -1…1.</param>
    /// <returns>(rows, impulse samples)</returns>
    public override Tensor forward(Tensor embedding, Tensor noise)
    {
        using var scope = NewDisposeScope();
        return noise_model.forward(Controls(embedding), noise).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// Filters white noise with a gain for every band of short overlapping frames (class NoiseModel of the original's modules/ddsp.py).
/// </summary>
internal sealed class NoiseModel : Module<Tensor, Tensor, Tensor>
{
    private readonly ConvUpsample upscale;
    private readonly long window;

    /// <summary>Builds the layers.</summary>
    /// <param name="channels">Channels of the control sequence.</param>
    /// <param name="inputFrames">Length of the control sequence.</param>
    /// <param name="noiseFrames">Frames of noise.</param>
    /// <param name="samples">Samples of noise.</param>
    /// <param name="device">Device of the parameters.</param>
    public NoiseModel(long channels, long inputFrames, long noiseFrames, long samples, Device device)
        : base(nameof(NoiseModel))
    {
        window = 2 * samples / noiseFrames;
        upscale = new ConvUpsample(channels, channels, inputFrames, noiseFrames, window / 2 + 1, device);
        RegisterComponents();
    }

    /// <summary>Control values of every band before they are squashed.</summary>
    /// <param name="control">(rows, channels, inputFrames)</param>
    /// <returns>(rows, bands, noiseFrames)</returns>
    public Tensor BandControls(Tensor control) => upscale.Grow(control);

    /// <summary>Filters the noise.</summary>
    /// <param name="control">(rows, channels, inputFrames)</param>
    /// <param name="noise">(rows, samples)</param>
    /// <returns>(rows, samples)</returns>
    public override Tensor forward(Tensor control, Tensor noise)
    {
        using var scope = NewDisposeScope();
        var controls = BandControls(control);
        // As published, the lowest band is always open, whatever its control says.
        var shaped = controls.narrow(1, 1, controls.shape[1] - 1).sigmoid().square();
        var open = ones_like(controls.narrow(1, 0, 1));
        var gains = cat([open, shaped], 1).transpose(1, 2);

        var hann = hann_window(window, dtype: noise.dtype, device: noise.device);
        var spectrum = fft.rfft(Framing.Split(noise, window, window / 2) * hann, norm: FFTNormType.Ortho);
        // The window a second time, as published.
        var frames = fft.irfft(spectrum * gains, window, norm: FFTNormType.Ortho) * hann;
        return Framing.OverlapAdd(frames).MoveToOuterDisposeScope();
    }
}
